import type { JsonSchema } from './json-schema.ts'

/** As far as our documents use OpenAPI 3.1. */
export interface OpenApi {
  readonly openapi: '3.1.1'
  readonly info: object
  readonly servers: readonly object[]
  readonly security: readonly object[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Components
}

export interface Components {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly responses: Readonly<Record<string, Answer>>
  readonly headers: Readonly<Record<string, object>>
  readonly examples: Readonly<Record<string, object>>
  readonly securitySchemes: object
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Answer | Reference>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly style?: 'form'
  readonly explode?: boolean
}

export interface Answer {
  readonly description: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Content
  readonly links?: Readonly<Record<string, FollowUp>>
}

/** A Link Object; here a link is something else. */
export interface FollowUp {
  readonly operationId: string
  readonly description: string
  readonly parameters: Readonly<Record<string, string>>
}

export type Content = Readonly<
  Record<
    string,
    { readonly schema: JsonSchema; readonly examples?: Readonly<Record<string, object>> }
  >
>

export interface Reference {
  readonly $ref: string
}
