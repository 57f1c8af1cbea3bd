/** The part of a test runner that a contract suite needs; `vitest` fits as it is. @public */
export interface ContractRunner {
  describe(name: string, define: () => void): void;
  it(name: string, test: () => Promise<void>): void;
  afterAll(cleanUp: () => Promise<void>): void;
}
