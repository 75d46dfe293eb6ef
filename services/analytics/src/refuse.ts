import { problem, type ProblemCode, type ProblemDetails } from '@sleepwell/contracts/problem'
import { Refusal } from '@sleepwell/runtime/express-api'

/** Ends the request: whoever reads input has nothing left to return. */
export function refuse(code: ProblemCode, details: ProblemDetails = {}): never {
  throw new Refusal(problem(code, details))
}
