import type { Cell } from './csv.ts'

/** What is on screen, as rows: for the table view and for the file. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Where each row leads, if anywhere. */
  readonly hrefs?: readonly string[]
}
