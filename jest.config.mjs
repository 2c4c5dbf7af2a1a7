/** ESM throughout (docs/decisions.md): run with --experimental-vm-modules, which `npm test` does. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  /** Against hanging only. How fast something must be is said by the test itself; Jest's 5 s would fail a busy machine. */
  testTimeout: 60_000,
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/cdk.out'],
};
