// One line of story above the controls: who talks, the last gap, or since when
// there was none; above it, what is to know of the picture. A touch opens the
// timeline.
import { h, show, text } from './dom';
import { clock, length } from './format';
import type { House } from './house';
import { words } from './language';
import { Story, type Gap } from './story';
import type { Verdict } from './truth';

export class StoryLine {
  readonly element: HTMLButtonElement;
  readonly story = new Story();
  private readonly note = h('span', { class: 'note', attrs: { hidden: true } });
  private readonly line = h('span', {});

  constructor(
    private readonly house: House,
    onTap: () => void,
  ) {
    this.element = h('button', { class: 'story', test: 'story', attrs: { type: 'button', 'aria-haspopup': 'dialog' }, on: { click: onTap } }, this.note, this.line);
  }

  /** draw follows the verdict. */
  draw(v: Verdict): void {
    this.story.note(v, Date.now());
    const state = this.house.live.state;
    const note = state?.camera.note || (state?.board?.under_voltage ? words.underVoltage : '');
    text(this.note, note);
    show(this.note, note !== '');
    text(this.line, this.tell());
  }

  private tell(): string {
    const { live, me } = this.house;
    const others = (live.state?.speaker.talking ?? []).filter((name) => name !== me.name);
    if (others.length > 0) return words.storyTalks(others.join(', '));
    const { since, gaps } = this.story;
    if (since === null) return words.storyNone;
    const last = gaps[gaps.length - 1];
    return last ? gapWords(last) : words.storyClean(clock(since));
  }
}

/** gapWords tells of one gap. */
export function gapWords(gap: Gap): string {
  const cause = words.gapCauses[gap.cause];
  return gap.over ? words.storyGap(clock(gap.at), length(gap.length), cause) : words.storyOpen(clock(gap.at), cause);
}
