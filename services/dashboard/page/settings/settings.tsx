import { useDomains } from '../links/use-links.ts'
import { browserTimezone } from '../report/timezone.ts'
import { ErrorNote } from '../controls/error-note.tsx'
import { may } from '../session/session.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { chooseTheme, theme, themes } from '../shell/theme.ts'
import { AuditLog } from './audit-log.tsx'
import { ClickExport } from './click-export.tsx'
import { Privacy } from './privacy.tsx'

export function Settings() {
  return (
    <>
      <div class="head">
        <Heading>Settings</Heading>
      </div>
      <div class="stack">
        <section class="card stack" aria-label="Appearance">
          <h2>This browser</h2>
          <fieldset class="row">
            <legend class="label">Theme</legend>
            {themes.map((name) => (
              <label key={name} class="check">
                <input
                  type="radio"
                  name="theme"
                  checked={theme.value === name}
                  onChange={() => chooseTheme(name)}
                />
                {name === 'system' ? 'As the system' : name === 'light' ? 'Light' : 'Dark'}
              </label>
            ))}
          </fieldset>
          <p class="hint">Days begin as in {browserTimezone}, unless the URL says otherwise.</p>
        </section>
        {(may('links:read') || may('reports:read')) && <Exports />}
        <Privacy />
        {may('links:read') && <Domains />}
        {may('audit:read') && <AuditLog />}
      </div>
    </>
  )
}

function Exports() {
  return (
    <section class="card stack" aria-label="Exports">
      <h2>Exports</h2>
      {may('links:read') && (
        <>
          <p class="small muted">
            All your links, archived ones too. An import takes the file back.
          </p>
          <div class="row">
            <a class="button" href="/api/links/v1/links/export?format=csv" download="links.csv">
              <Icon name="download" /> Links as CSV
            </a>
            <a
              class="button"
              href="/api/links/v1/links/export?format=ndjson"
              download="links.ndjson"
            >
              <Icon name="download" /> Links as NDJSON
            </a>
          </div>
        </>
      )}
      {may('reports:read') && <ClickExport />}
    </section>
  )
}

function Domains() {
  const { data, error, refetch } = useDomains()
  return (
    <section class="card stack" aria-label="Domains">
      <h2>Domains</h2>
      {error !== null && (
        <ErrorNote what="Domains could not be read" error={error} retry={() => void refetch()} />
      )}
      <div class="scroll" role="region" aria-label="Domains, table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Domain</th>
              <th scope="col">Visitors of / see</th>
              <th scope="col">Unknown slugs lead to</th>
              <th scope="col">Expired links lead to</th>
            </tr>
          </thead>
          <tbody>
            {(data ?? []).map(({ domain, isDefault, home, notFound, expired }) => (
              <tr key={domain}>
                <th scope="row">
                  {domain} {isDefault && <span class="badge">default</span>}
                </th>
                <td>{home ?? 'a page'}</td>
                <td>{notFound ?? '404'}</td>
                <td>{expired ?? '410'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
