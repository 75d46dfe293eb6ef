// The least that Node can do for a redirect: what ours is measured against.
import { createServer } from 'node:http'

const server = createServer((_req, res) => {
  res.writeHead(302, ['Location', 'https://example.com/bench', 'Content-Length', '0'])
  res.end()
})
server.listen(Number(process.argv[2]), '127.0.0.1')
