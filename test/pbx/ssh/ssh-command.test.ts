import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sshArguments, sshFault } from '../../../src/pbx/ssh/ssh-command.ts';

const ssh = {
  host: 'pbx.example',
  port: 2222,
  user: 'gate',
  identityFile: '/etc/ghostgate/ssh.key',
  knownHostsFile: '/etc/ghostgate/known_hosts',
};

test('nothing of the policy can become an option, and nothing is asked', () => {
  const args = sshArguments(ssh, { host: '::1', port: 5038 }, '/tmp/x/s');
  assert.equal(
    args.slice(-9).join(' '),
    '-l gate -p 2222 -L /tmp/x/s:[::1]:5038 -- pbx.example cat',
  );
  for (const option of ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'GlobalKnownHostsFile=none'])
    assert.equal(args[args.indexOf(option) - 1], '-o', option);
});

test('words that nobody foresaw are told as they came', () => {
  const fault = sshFault(['kex_exchange_identification: banner line'], ssh, {
    host: '127.0.0.1',
    port: 5038,
  });
  assert.deepEqual(fault, {
    why: 'kex_exchange_identification: banner line',
    hint: 'Try it by hand: ssh -i /etc/ghostgate/ssh.key -l gate -p 2222 pbx.example',
    saidNo: false,
  });
});
