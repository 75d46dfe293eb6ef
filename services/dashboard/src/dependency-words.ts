import type { DependencyState } from './reliability.ts'

const kinds = [
  [/^redis$/u, 'Redis', 'serving from memory and replicas'],
  [/replica/u, 'A replica of the links database', 'the other servers are read'],
  [/primary$/u, 'The primary of the links database', 'serving from memory and replicas'],
] as const

/** A state of a breaker, as a person would say it. */
export function describeDependency(
  of: DependencyState['of'],
  dependency: string,
  state: DependencyState['state'],
): string {
  const [, name, instead] = kinds.find(([pattern]) => pattern.test(dependency)) ?? [
    undefined,
    dependency,
    'going on without',
  ]
  switch (state) {
    case 'up':
      return `${name} answers ${of}.`
    case 'tried':
      return `${name} did not answer ${of}, and is being tried again.`
    case 'down':
      return of === 'redirect'
        ? `${name} is down: ${instead}.`
        : `${name} does not answer ${of}, which is sparing it.`
    case 'unknown':
      return `Nobody knows whether ${name} answers ${of}.`
  }
}
