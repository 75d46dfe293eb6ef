// For engines without probes of their own: `node check-health.ts` ends with 0 if the service in this container lives.
const answer = await fetch(`http://127.0.0.1:${process.env.ADMIN_PORT}/livez`)
process.exitCode = answer.ok ? 0 : 1
