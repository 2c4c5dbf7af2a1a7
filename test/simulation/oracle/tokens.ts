import type { SimulatedWorld } from '../world/world.ts';

/** The newest stored refresh token of each user is one that Xero still takes. */
export function judgeTokens(world: SimulatedWorld): readonly string[] {
  const { refreshTokens } = world.xero.sandbox.state;
  return [...world.secrets].flatMap(([user, versions]) => {
    const newest = [...versions.values()].at(-1);
    const known = newest === undefined ? undefined : refreshTokens.get(newest.refreshToken);
    return newest !== undefined && known === undefined ? [`the stored refresh token of ${user} is none that Xero knows`] : [];
  });
}
