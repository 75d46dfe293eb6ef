import type { Config } from 'jest'

// Node strips the types itself: nothing is transformed. Jest wants these two settings in each project.
const project = { transform: {}, extensionsToTreatAsEsm: ['.ts'], testEnvironment: 'node' }
const here = ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/deploy']

const config: Config = {
  // ES modules keep about 6 MB per test file in a worker.
  workerIdleMemoryLimit: '512MB',
  // For a test that hangs; a loaded machine must not fail one that works.
  testTimeout: 60_000,
  projects: [
    {
      ...project,
      displayName: 'unit',
      roots: here,
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['\\.integration\\.test\\.ts$', '/node_modules/'],
    },
    {
      ...project,
      displayName: 'integration',
      roots: here,
      testMatch: ['**/*.integration.test.ts'],
    },
    { ...project, displayName: 'e2e', roots: ['<rootDir>/test-e2e'], testMatch: ['**/*.test.ts'] },
  ],
}

export default config
