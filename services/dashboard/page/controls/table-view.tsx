import { showCount } from '../report/format.ts'
import type { Table } from '../report/table.ts'

export function TableView({ label, table }: { readonly label: string; readonly table: Table }) {
  const { columns, rows, hrefs = [] } = table
  return (
    <div class="scroll table-view" role="region" aria-label={`${label}, table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={column} scope="col" class={i === 0 ? undefined : 'number'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{hrefs[i] === undefined ? first : <a href={hrefs[i]}>{first}</a>}</th>
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
