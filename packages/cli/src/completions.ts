import { type Command, Command as Builder } from 'commander'
import type { World } from './context.ts'
import { UsageError } from './exit-code.ts'

const shells = { bash, zsh, fish }

export function completionCommand(world: World): Command {
  const completion = new Builder('completion')
    .description('a script for your shell: source <(sleepwell completion bash)')
    .argument('<shell>', Object.keys(shells).join(', '))
    .action((shell: string) => {
      const write = Object.entries(shells).find(([name]) => name === shell)?.[1]
      if (write === undefined) throw new UsageError(`There is none for ${shell}.`)
      world.out(write(wordsOf(completion.parent as Command)))
    })
  return completion
}

/** After the words of a command, what may come next. */
type Words = ReadonlyMap<string, readonly string[]>

export function wordsOf(command: Command, path: readonly string[] = []): Words {
  const flags = command.options.flatMap((option) =>
    option.hidden || option.long === undefined || option.long === null ? [] : [option.long],
  )
  const names = command.commands.map((one) => one.name())
  const found = new Map<string, readonly string[]>([[path.join(' '), [...names, ...flags]]])
  for (const one of command.commands)
    for (const [key, words] of wordsOf(one, [...path, one.name()])) found.set(key, words)
  return found
}

function cases(words: Words): string {
  return [...words].map(([path, next]) => `    '${path}') words='${next.join(' ')}' ;;`).join('\n')
}

function bash(words: Words): string {
  return `_sleepwell() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case '|${[...words.keys()].join('|')}|' in *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases(words)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sleepwell sleepwell
`
}

function zsh(words: Words): string {
  return `#compdef sleepwell
autoload -U +X bashcompinit && bashcompinit
${bash(words)}`
}

function fish(words: Words): string {
  const lines = [...words].flatMap(([path, next]) => {
    const seen = path === '' ? '__fish_use_subcommand' : conditionOf(path)
    return next.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      return `complete -c sleepwell -n '${seen}' ${word.startsWith('--') ? '' : '-f '}${what}`
    })
  })
  return `${lines.join('\n')}\n`
}

function conditionOf(path: string): string {
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ')
}
