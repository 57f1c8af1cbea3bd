import { afterEach, describe, expect, it } from 'vitest';
import { PeerProcess } from './peer-process.js';
import { generateTaskGraph } from './task-graph-families.js';

const order = (way: string) => ({ way, tasks: generateTaskGraph('layered', 20, 1), inFlight: 10, holdMilliseconds: 0 });

describe('a peer in a process of its own', () => {
  let peer: PeerProcess | undefined;

  afterEach(async () => peer?.stop());

  it('carries out what it is told, and goes on after what it could not', async () => {
    ({ peer } = await PeerProcess.start('scripted-peer'));
    await expect(peer.carryOut(order('refuse'))).rejects.toThrow('Not today.');
    await expect(peer.carryOut(order('skip'))).rejects.toThrow('Of 20 tasks 19 were carried out.');
    await expect(peer.carryOut(order('carry out'))).resolves.toMatchObject({ mostAtOnce: 1, persisted: { rows: 0, bytes: 0 } });
    await expect(peer.carryOut(order('die'))).rejects.toThrow('Its process ended with 3.');
    await expect(peer.carryOut(order('carry out'))).rejects.toThrow('Its process has ended.');
  });

  it('says why a program did not become ready', async () => {
    await expect(PeerProcess.start('nobody')).rejects.toThrow(/^Its process ended with 1\. Error.*Cannot find module .*nobody/);
  });
});
