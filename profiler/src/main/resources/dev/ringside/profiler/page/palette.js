// A reason's colour: the same in every profile, part of the page and theme. The colours differ in
// lightness too, for eyes that do not tell hues apart; reasons that share one differ in texture.

/** How many colours page.css has, as `--reason-N`. */
export const HUES = 8;

/** Reasons that profiles are full of: no two of the first eight share a colour. */
const COMMON = [
  'IO_INSTRUCTION',
  'EXTERNAL_INTERRUPT',
  'MSR_WRITE',
  'EPT_MISCONFIG',
  'CPUID',
  'HLT',
  'CR_ACCESS',
  'EXCEPTION_NMI',
  'EPT_VIOLATION',
  'MSR_READ',
  'INTERRUPT_WINDOW',
  'VMCALL',
  'PAUSE_INSTRUCTION',
  'PREEMPTION_TIMER',
  'INVLPG',
  'WBINVD',
  'XSETBV',
  'DR_ACCESS',
  'RDTSC',
  'TASK_SWITCH',
  'APIC_ACCESS',
  'APIC_WRITE',
  'RDPMC',
  'INVD',
];

/** @typedef {'plain' | 'stripes' | 'dots'} Texture */

/** @type {readonly Texture[]} */
const TEXTURES = ['plain', 'stripes', 'dots'];

/**
 * The look of a reason.
 * @param {string} reason
 * @returns {{ hue: number; texture: Texture }}
 */
export function lookOf(reason) {
  const place = COMMON.indexOf(reason);
  const slot = place >= 0 ? place : hashed(reason);
  return {
    hue: slot % HUES,
    texture: TEXTURES[Math.floor(slot / HUES)] ?? 'plain',
  };
}

/**
 * Classes of an element in a reason's look; `undefined`: of several reasons.
 * @param {string | undefined} reason
 */
export function lookClass(reason) {
  if (reason === undefined) {
    return 'look mixed';
  }
  const { hue, texture } = lookOf(reason);
  return `look hue-${hue} ${texture}`;
}

/** @param {string} text */
function hashed(text) {
  let hash = 7;
  for (let at = 0; at < text.length; at += 1) {
    hash = (hash * 31 + text.charCodeAt(at)) >>> 0;
  }
  return hash % (HUES * TEXTURES.length);
}
