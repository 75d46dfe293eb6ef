// For `npm run generate`: what may be configured, as JSON.
import { describeSettings } from '@sleepwell/runtime/describe-settings'
import { settings } from './config.ts'

console.log(JSON.stringify(describeSettings(settings)))
