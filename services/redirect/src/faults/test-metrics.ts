// For tests: what a process says of its clicks.
export interface KeptClicks {
  readonly recorded: number
  readonly undurable: number
  readonly dropped: number
}

export async function keptBy(process: { readonly admin: string }): Promise<KeptClicks> {
  const text = await (await fetch(`${process.admin}/metrics`)).text()
  const count = (kept: string) => {
    const line = new RegExp(`^redirect_clicks_total\\{kept="${kept}".*\\} (\\d+)$`, 'mu').exec(text)
    if (line === null) throw new Error(`no count of ${kept} clicks`)
    return Number(line[1])
  }
  return { recorded: count('recorded'), undurable: count('undurable'), dropped: count('dropped') }
}
