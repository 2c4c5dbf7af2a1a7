import { describe, expect, it } from '@jest/globals';
import { generate } from './histories/generate.ts';
import { PROFILES, profileNamed } from './histories/profiles.ts';
import { KEPT } from './kept.ts';
import { MUTANTS } from './mutants.ts';
import { play } from './play.ts';

describe('simulated histories', () => {
  it.each(PROFILES.map(({ name }) => name))('%s: the same seed makes the same history, another seed another', (name) => {
    const profile = profileNamed(name);
    expect(generate(profile, 7)).toEqual(generate(profile, 7));
    expect(generate(profile, 7)).not.toEqual(generate(profile, 8));
  });

  it('the same history is played in the same way', async () => {
    const history = generate(profileNamed('storm'), 3);
    const [first, second] = [await play(history), await play(history)];
    expect(second.trace).toEqual(first.trace);
    expect(second.world.xero.calls).toHaveLength(first.world.xero.calls.length);
    expect(second.wrong).toEqual(first.wrong);
  });

  it('leaving one deed out changes no choice of another', async () => {
    const whole = generate(profileNamed('calm'), 2);
    const shorter = { ...whole, setUp: whole.setUp.slice(1), deeds: [] };
    const names = (trace: readonly string[]): readonly string[] =>
      trace.flatMap((line) => /makes the customer (.+) \(/.exec(line)?.[1] ?? []);
    const [all, fewer] = [await play({ ...whole, deeds: [] }), await play(shorter)];
    expect(names(fewer.trace)).toEqual(names(all.trace).slice(1));
    expect(names(fewer.trace).length).toBeGreaterThan(1);
  });

  it('a product that is broken on purpose is told from the one that is not', async () => {
    const history = generate(profileNamed('calm'), 2);
    const mutant = MUTANTS.find(({ name }) => name === 'the base is never stored');
    expect((await play(history)).wrong).toEqual([]);
    expect((await play(history, mutant)).wrong).not.toEqual([]);
  });

  it('what is kept names profiles and mutants that there are', () => {
    for (const { profile } of [...KEPT.seeds, ...KEPT.kills]) expect(profileNamed(profile).name).toBe(profile);
    const names = new Set(MUTANTS.map(({ name }) => name));
    expect(KEPT.kills.filter(({ mutant }) => !names.has(mutant))).toEqual([]);
  });
});
