import type { TokenSecrets, TokenSet } from '../../shared/connection/ports.ts';

export interface MemoryTokenSecrets extends TokenSecrets {
  readonly users: () => readonly string[];
}

/** Token secrets in memory: each put is a version, the newest last; a repeated client token adds none. */
export function createMemoryTokenSecrets(): MemoryTokenSecrets {
  const secrets = new Map<string, Map<string, TokenSet>>();
  return {
    async putTokens(xeroUserId, tokens, clientToken) {
      const versions = secrets.get(xeroUserId) ?? new Map<string, TokenSet>();
      secrets.set(xeroUserId, versions.set(clientToken, { ...tokens }));
      return clientToken;
    },
    async readTokens(xeroUserId, version) {
      const versions = secrets.get(xeroUserId);
      return version === undefined ? [...(versions?.values() ?? [])].at(-1) : versions?.get(version);
    },
    async deleteTokens(xeroUserId) {
      secrets.delete(xeroUserId);
    },
    users: () => [...secrets.keys()],
  };
}
