/** The only place where an objective or a threshold is written. Bucket boundaries follow from the thresholds. */
export const slos = {
  redirectAvailability: { service: 'redirect', objective: 0.9999 },
  redirectLatency: {
    service: 'redirect',
    objective: 0.99,
    thresholdSeconds: 0.05,
    alertSeconds: 0.2,
  },
  linkWriteAvailability: { service: 'link-write', objective: 0.999 },
  linkWriteLatency: { service: 'link-write', objective: 0.99, thresholdSeconds: 0.2 },
  analyticsAvailability: { service: 'analytics', objective: 0.999 },
  analyticsLatency: { service: 'analytics', objective: 0.99, thresholdSeconds: 5 },
  clickFreshness: { service: 'analytics', objective: 0.99, thresholdSeconds: 5 },
  editPropagation: { service: 'redirect', objective: 0.99, thresholdSeconds: 0.3 },
} as const
