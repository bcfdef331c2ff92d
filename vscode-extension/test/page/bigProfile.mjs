// Writes a profile as large as they come: node bigProfile.mjs F.ringside.json [ROWS BUCKETS PATHS]
// The same one every time.
import { writeFileSync } from 'node:fs';

const [file = 'big.ringside.json', rows = 8192, buckets = 512, paths = 5000] =
  process.argv.slice(2);

let seed = 42;
/** From 0 to 1: a linear congruential generator's. */
function chance() {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}
const upTo = (limit) => Math.floor(chance() * limit);
const REASONS = {
  IO_INSTRUCTION: [30, () => `port 0x${upTo(64).toString(16)} ${chance() < 0.5 ? 'in' : 'out'} 1`],
  MSR_WRITE: [32, () => `msr 0x${(0xc0000080 + upTo(16)).toString(16)}`],
  MSR_READ: [31, () => `msr 0x${(0x10 + upTo(32)).toString(16)}`],
  CPUID: [10, () => `leaf 0x${upTo(32).toString(16)}`],
  EPT_MISCONFIG: [49, () => `gpa 0x${(0xfee00000 + 16 * upTo(64)).toString(16)} write`],
  EPT_VIOLATION: [48, () => `gpa 0x${(4096 * upTo(512)).toString(16)} read`],
  CR_ACCESS: [28, () => `cr${[0, 3, 4][upTo(3)]} write`],
  EXTERNAL_INTERRUPT: [1, () => `vector ${32 + upTo(200)}`],
  EXCEPTION_NMI: [0, () => `vector ${upTo(20)}`],
  VMCALL: [18, () => `hypercall ${upTo(8)}`],
  HLT: [12, () => undefined],
  INVLPG: [14, () => undefined],
};
const names = Object.keys(REASONS);
const sourceOf = (at) => `drivers/area${at % 40}/file${at % 300}.c:${1 + ((at * 37) % 2000)}`;

function exit(at) {
  const reason = names[upTo(names.length)];
  const [number, detail] = REASONS[reason];
  const count = 1 + Math.floor(chance() ** 6 * 5000);
  const p50 = 500 + upTo(20_000);
  const times = { min: Math.floor(p50 / 2), p50, p90: p50 * 2, p99: p50 * 5, max: p50 * 20 };
  const mean = Math.floor(p50 * 1.4);
  return {
    ...{ reason, number, detail: detail(), symbol: `function_${at % 900}`, source: sourceOf(at) },
    ...{ cpl: chance() < 0.9 ? 0 : 3, vcpu: upTo(4), count, total: mean * count, mean, ...times },
  };
}

const numbers = (length, limit) => Array.from({ length }, () => upTo(limit));
const exits = Array.from({ length: Number(rows) }, (_, at) => exit(at));
const frames = Array.from({ length: 1200 }, (_, at) => ({
  symbol: `function_${at % 900}`,
  source: sourceOf(at),
}));
const profile = {
  ...{ version: 1, guest: 'big.elf', backend: 'soft', vcpus: 4, instructions: 9_876_543_210 },
  lostEvents: 0,
  exits,
  rings: Array.from({ length: 40 }, (_, at) => ({
    ...{ from: at % 2 ? 3 : 0, to: at % 2 ? 0 : 3, mechanism: at % 2 ? 'SYSCALL' : 'IRET' },
    ...{ vector: at, handler: `handler_${at}`, count: upTo(1e6), residency: upTo(1e9) },
  })),
  residency: { ring0: 6e10, ring3: 2e10, host: 1.5e10, idle: 5e9 },
  stacks: {
    exits: 1_000_000,
    taken: 250_000,
    frames,
    paths: Array.from({ length: Number(paths) }, () => {
      const { reason, number, detail, count, total } = exits[upTo(exits.length)];
      const depth = 3 + upTo(14);
      const path = Array.from({ length: depth }, (_, at) => upTo(Math.min(1200, 2 + at * at * 3)));
      return { frames: path, reason, number, detail, count, total };
    }),
  },
  timeline: {
    ...{ unit: 'ns', width: 195_000_000, buckets: Number(buckets) },
    exits: names.map((reason) => ({
      ...{ reason, number: REASONS[reason][0] },
      counts: numbers(Number(buckets), 4000),
      totals: numbers(Number(buckets), 4e7),
    })),
    residency: {
      ring0: numbers(Number(buckets), 1.5e8),
      ring3: numbers(Number(buckets), 5e7),
      host: numbers(Number(buckets), 4e7),
      idle: numbers(Number(buckets), 1e7),
    },
  },
};
writeFileSync(file, JSON.stringify(profile));
