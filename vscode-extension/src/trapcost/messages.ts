/** What the trap-cost page and the extension say to each other. */
import type { Profile } from '../profile';

export interface PageStatus {
  /** `waiting`: for a session, or for its first figures. `file`: a profile that does not change. */
  readonly kind: 'waiting' | 'live' | 'ended' | 'file';
  readonly text: string;
}

export type ToPage =
  /** Shows this profile from now on. */
  | { readonly type: 'profile'; readonly profile: Profile; readonly status: PageStatus }
  /** Rows that have changed, as totals. */
  | { readonly type: 'changes'; readonly profile: Profile }
  | { readonly type: 'status'; readonly status: PageStatus }
  /** There is no profile to show, and why. */
  | { readonly type: 'problem'; readonly title: string; readonly detail: string };

export type ToExtension =
  /** The page can receive. */
  | { readonly type: 'ready' }
  /** Shows a line, `src/kernel.c:41`, in an editor. */
  | { readonly type: 'open'; readonly source: string }
  | { readonly type: 'save'; readonly format: 'json' | 'html' };
