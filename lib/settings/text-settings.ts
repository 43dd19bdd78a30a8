import * as v from 'valibot';
import { isImage } from './address-patterns.ts';
import { construct, flag, rangeList, type Setting, text, wholeNumber, year } from './setting.ts';

/** The settings of the TCP text endpoint. */
export const textSettings = {
  text: {
    ...flag,
    default: false,
    doc: 'The Text protocol over TCP, which costs while idle.',
    onChange:
      'The load balancer of the text endpoint would be made, which costs while idle, or deleted with its address.',
  },
  textVpcId: {
    ...text('the id of a VPC', (id) => /^vpc-[0-9a-f]+$/.test(id)),
    unset: 'a new VPC of two zones, without NAT gateways',
    doc: 'The VPC in which programs reach it.',
    prop: ['text', 'vpc'],
    propSchema: construct('a VPC', 'vpcId'),
    onChange: 'The load balancer of the text endpoint would be replaced, and its address with it.',
  },
  textAllowedFrom: {
    ...rangeList,
    unset: 'the VPC’s own',
    doc: 'IPv4 ranges that may connect to it.',
    prop: ['text', 'allowedFrom'],
  },
  textCertificateArn: {
    ...text('a certificate’s ARN', (arn) => /^arn:[^:]+:acm:/.test(arn)),
    unset: 'plain TCP',
    doc: 'A certificate of ACM, with which programs speak TLS.',
    prop: ['text', 'certificate'],
    propSchema: construct('a certificate', 'certificateArn'),
  },
  textSecret: {
    ...flag,
    default: false,
    doc: 'Whether a connection’s first line must be a secret that the stack makes.',
    prop: ['text', 'secret'],
    propSchema: v.union(
      [v.boolean(), construct('a secret', 'secretArn')],
      'it must be true, false or a secret',
    ),
    onChange: 'Every program would be refused until it changes, too.',
  },
  textTasks: {
    // Five times as many is what they grow to; a service may have 5,000.
    ...wholeNumber(1, 100),
    unit: 'tasks',
    default: 2,
    doc: 'How many tasks run at least; under load up to five times as many.',
    prop: ['text', 'tasks'],
  },
  textImage: {
    ...text('the name of an image, with its tag, its digest or both', isImage),
    default: 'public.ecr.aws/docker/library/node:24-alpine',
    doc: 'The image of its tasks, for arm64, with `node` and a user of that name. By digest (`…@sha256:…`) it is the same for ever.',
    prop: ['text', 'image'],
  },
  textTtlSeconds: {
    ...wholeNumber(0, year),
    unit: 'seconds',
    default: 0,
    doc: 'For how long messages of the text endpoint are stored; 0: not at all. At most `maxTtlSeconds`.',
  },
} as const satisfies Record<string, Setting>;
