import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, gapOf } from '../../../../src/pbx/asterisk/examine/dialplan.ts';

/** Each step as `extension,priority,application,data`. */
function context(steps: readonly string[], includes: readonly string[] = []): Context {
  return {
    includes,
    steps: steps.map((step) => {
      const [extension = '', priority, application = '', ...data] = step.split(',');
      return { extension, priority: Number(priority), application, data: data.join(',') };
    }),
  };
}

const GATED = '_.,1,Gosub,ghostgate-gate,s,1';

const cases: readonly {
  readonly name: string;
  readonly contexts: Readonly<Record<string, Context>>;
  readonly gap: string | undefined;
}[] = [
  {
    name: 'the gate is the first step of everything',
    contexts: { in: context([GATED, '_.,2,Goto,public,${EXTEN},1', 'h,1,NoOp']) },
    gap: undefined,
  },
  {
    name: 'the gate is entered by the channel type, as install writes it',
    contexts: { in: context(['_.,1,Gosub,ghostgate-gate,${CHANNEL(channeltype)},1']) },
    gap: undefined,
  },
  {
    name: 'the gate is entered behind its questions',
    contexts: { in: context(['_.,1,Gosub,ghostgate-gate,through,1']) },
    gap: '[in] _.,1 is Gosub',
  },
  {
    name: 'an extension of its own rings beside it',
    contexts: { in: context([GATED, '6001,1,Dial,PJSIP/6001']) },
    gap: '[in] 6001,1 is Dial',
  },
  {
    name: 'no gate at all',
    contexts: { in: context(['_X.,1,Dial,PJSIP/6001']) },
    gap: '[in] _X.,1 is Dial',
  },
  {
    name: 'the gate comes too late',
    contexts: { in: context(['_.,1,Dial,PJSIP/6001', '_.,2,Gosub,ghostgate-gate,s,1']) },
    gap: '[in] _.,1 is Dial',
  },
  {
    name: 'an included context is not behind it',
    contexts: {
      in: context(['_X.,1,Gosub,ghostgate-gate,s,1'], ['more']),
      more: context(['s,1,Answer']),
    },
    gap: '[more] s,1 is Answer',
  },
  {
    name: 'an included context is never reached past _.',
    contexts: { in: context([GATED], ['more']), more: context(['s,1,Answer']) },
    gap: undefined,
  },
  {
    name: 'FreePBX: every number goes to s, and s to a subroutine that begins with the gate',
    contexts: {
      in: context([
        '_.,1,NoOp,a call',
        '_.,2,Set,DID=${EXTEN}',
        '_.,3,Goto,s,1',
        's,1,Gosub,ghostgate-freepbx,s,1',
        's,2,Answer',
      ]),
      'ghostgate-freepbx': context(['s,1,Gosub,ghostgate-gate,s,1', 's,2,Return']),
    },
    gap: undefined,
  },
  {
    name: 'FreePBX without our step',
    contexts: {
      in: context([
        '_.,1,NoOp',
        '_.,2,Goto,s,1',
        's,1,GotoIf,$["${SIPLANG}"!=""]?setlanguage:checkanon',
      ]),
    },
    gap: '[in] s,1 is GotoIf',
  },
  {
    name: 'a circle',
    contexts: { in: context(['s,1,Goto,t,1', 't,1,Goto,s,1']) },
    gap: '[in] t goes in a circle',
  },
  {
    name: 'a context that includes itself',
    contexts: { in: context([], ['in']) },
    gap: '[in] cannot be read',
  },
  { name: 'a context that is not there', contexts: {}, gap: '[in] cannot be read' },
  {
    name: 'steps that lead nowhere',
    contexts: { in: context(['s,1,NoOp']) },
    gap: '[in] s never comes to it',
  },
];

for (const { name, contexts, gap } of cases) {
  test(`the gate's place: ${name}`, () => {
    assert.equal(gapOf(new Map(Object.entries(contexts)), 'in'), gap);
  });
}
