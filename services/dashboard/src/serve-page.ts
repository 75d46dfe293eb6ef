import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'

const yearSeconds = 31_536_000

/** The page as it was built, and its files, whose names tell their content. */
export function servePage(directory: string): Router {
  if (!existsSync(join(directory, 'index.html')))
    throw new Error(`${directory} has no page: build it with node services/dashboard/build-page.ts`)
  const router = Router()
  const assets = express.static(join(directory, 'assets'), {
    index: false,
    immutable: true,
    maxAge: yearSeconds * 1000,
  })
  router.use('/assets', compressed(join(directory, 'assets')), assets, nothing)
  router.use(express.static(directory, { index: false, dotfiles: 'ignore', maxAge: 0 }))
  // Every view has a path of its own, and they are one page.
  router.get('/{*view}', (req, res, next) => {
    if (req.accepts('html') !== 'html' || /\.\w+$/u.test(req.path)) return next()
    res.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory })
  })
  return router
}

/** Beside each file are its compressed forms, made when the page was built. */
function compressed(directory: string): RequestHandler {
  return (req, res, next) => {
    res.vary('Accept-Encoding')
    const encoding = req.acceptsEncodings('br', 'gzip', 'identity')
    const [, name, type] = /^\/([\w.-]+\.(\w+))$/u.exec(req.path) ?? []
    const form = encoding === 'br' ? 'br' : encoding === 'gzip' ? 'gz' : undefined
    if (name === undefined || type === undefined || form === undefined) return next()
    if (!existsSync(join(directory, `${name}.${form}`))) return next()
    res.type(type).set('Content-Encoding', String(encoding))
    req.url = `/${name}.${form}`
    next()
  }
}

/** A file of another release is not the page. */
const nothing: RequestHandler = (_req, _res, next) => next('router')
