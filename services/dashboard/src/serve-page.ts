import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'

const yearSeconds = 31_536_000
/** The smallest first. */
const forms = [
  { encoding: 'br', ending: 'br' },
  { encoding: 'gzip', ending: 'gz' },
] as const

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
    const [, name, type] = /^\/([\w.-]+\.(\w+))$/u.exec(req.path) ?? []
    // One by one: browsers name gzip first and take either, and of two it likes equally the first would be chosen.
    const taken = forms.find(({ encoding }) => req.acceptsEncodings(encoding) === encoding)
    if (name === undefined || type === undefined || taken === undefined) return next()
    const { encoding, ending } = taken
    if (!existsSync(join(directory, `${name}.${ending}`))) return next()
    res.type(type).set('Content-Encoding', encoding)
    req.url = `/${name}.${ending}`
    next()
  }
}

/** A file of another release is not the page. */
const nothing: RequestHandler = (_req, _res, next) => next('router')
