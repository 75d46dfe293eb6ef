// What Express alone makes of a redirect: a route, and its own way to answer one.
import express from 'express'

const app = express()
app.get('/:slug', (_req, res) => res.redirect('https://example.com/bench'))
app.listen(Number(process.argv[2]), '127.0.0.1')
