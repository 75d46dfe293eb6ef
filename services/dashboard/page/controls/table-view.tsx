import { showCount } from '../report/format.ts'
import type { Table } from '../report/table.ts'

export function TableView({ label, table }: { readonly label: string; readonly table: Table }) {
  return (
    <div class="scroll table-view" role="region" aria-label={`${label}, table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column, i) => (
              <th key={column} scope="col" class={i === 0 ? undefined : 'number'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(([first, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{first}</th>
              {cells.map((cell, j) => (
                <td key={j} class="number">
                  {typeof cell === 'number' ? showCount(cell) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
