import { z } from 'zod'
import { countingPolicyVersion } from './click.ts'

const Days = z.int().min(0)

/** `GET /v1/settings` of analytics: how it is set, as far as that is about people and their clicks. */
export const ReportSettings = z
  .object({
    clickRetentionDays: Days.describe(
      'How long single clicks are kept, and unknown slugs that were tried; sums are kept for good',
    ),
    visitorRetentionDays: Days.describe(
      'How long after its day it is kept by what a visitor of that day was recognised',
    ),
    uniqueWithinHours: z
      .int()
      .min(0)
      .describe('A click that comes to the reports later than this is counted and never unique'),
    policyVersion: z
      .int()
      .describe('By which rules clicks are called human, bot and unique now, as in reports'),
  })
  .meta({
    examples: [
      {
        clickRetentionDays: 30,
        visitorRetentionDays: 4,
        uniqueWithinHours: 48,
        policyVersion: countingPolicyVersion,
      },
    ],
  })
export type ReportSettings = z.infer<typeof ReportSettings>
