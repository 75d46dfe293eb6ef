import type { ClickDraft } from './describe-click.ts'

/**
 * The JSON of a click, as JSON.stringify would have it. Most of its values are made here or come from closed lists and
 * need no escaping; that halves the cost.
 */
export function encodeClick(click: ClickDraft, spool: string, seq: number, at: string): string {
  const visitor = click.visitor === undefined ? '' : `,"visitor":"${click.visitor}"`
  const referrer =
    click.referrerHost === undefined ? '' : `,"referrerHost":${quoted(click.referrerHost)}`
  const utm = click.utm === undefined ? '' : `,"utm":${JSON.stringify(click.utm)}`
  return (
    `{"type":"click","id":"${click.id}","linkId":"${click.linkId}","ownerId":${quoted(click.ownerId)}` +
    `,"policyVersion":${click.policyVersion},"bot":${click.bot},"country":${quoted(click.country)}` +
    `,"device":"${click.device}","browser":${quoted(click.browser)},"os":${quoted(click.os)}` +
    `${visitor}${referrer}${utm},"spool":"${spool}","seq":${seq},"at":"${at}"}`
  )
}

const needsEscape = /[^ !#-[\]-~]/u

function quoted(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`
}
