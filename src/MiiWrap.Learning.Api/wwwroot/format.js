// Days and times as people read them, in the zone that they live in.
import { language } from './texts.js';

// The reader's own region says how a date is written, if it speaks the language of the texts.
const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
let zone;

/** From now on moments are told in this zone; until then in the device's. */
export const setZone = (name) => { zone = name; };

const written = (options) => (moment) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(new Date(moment));

export const day = written({ weekday: 'long', day: 'numeric', month: 'long' });
export const shortDay = written({ day: 'numeric', month: 'short', year: 'numeric' });
export const time = written({ hour: 'numeric', minute: '2-digit' });
export const dayAndTime = written({ weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });

/** A date without a time, such as 2027-03-15: the same day wherever it is read. */
export const date = (iso) =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(`${iso}T00:00:00Z`));

/** Whole days since a moment, as "3 days ago". */
export function ago(moment) {
  const days = Math.round((new Date(moment) - Date.now()) / 86_400_000);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
}
