// Password, second factor, and where somebody is signed in.
import { h } from '../dom.js';
import { dayAndTime } from '../format.js';
import { field, form } from '../forms.js';
import { act, badge, pages, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context) {
  const { api, hasRole, tell } = context;
  const t = texts.account;
  const { body: factor } = await api.get('/v1/me/second-factor');
  const required = factor.isRequired && factor.state !== 'on';
  const password = (name, autocomplete) => h('input', { name, type: 'password', autocomplete, required: true });
  return h('div', {},
    h('h1', {}, t.title),
    required && h('p.note', {}, texts.problems['auth.secondFactor.required']),
    // For those alone who answer for others.
    (hasRole('programAdmin', 'lead') || factor.state === 'on') && section(t.second, secondFactor(context, factor)),
    // The server lets nobody do more than that before it is on.
    !required && section(t.password, form(t.change, async (values, { form: made }) => {
      await api.post('/v1/me/password', values);
      made.reset();
      tell(t.changed);
    },
    field(t.current, password('current', 'current-password')),
    field(t.chosen, password('new', 'new-password'), { hint: t.chosenHint }))),
    !required && section(t.signIns, await pages(api, '/v1/me/sign-ins?limit=20', (one) => signIn(context, one), '')));
}

function secondFactor(context, factor) {
  const { api } = context;
  const t = texts.account;
  const password = () => field(t.current,
    h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true }));
  const code = () => field(t.code, h('input', { name: 'code', autocomplete: 'one-time-code', required: true, maxLength: 32 }));
  if (factor.state === 'on') {
    const end = form(t.end, async (values) => {
      await api.delete('/v1/me/second-factor', values);
      await context.again();
      context.tell(t.ended);
    }, password(), code());
    return [h('p', {}, t.secondOn, ' ', t.secondLeft(factor.recoveryCodesLeft)), h('details', {}, h('summary', {}, t.end), end)];
  }
  const place = h('div', {});
  place.append(h('p', {}, t.secondOff), form(t.begin, async (values) => {
    const { body: { secret, uri } } = await api.post('/v1/me/second-factor', values);
    const shown = h('p', { tabIndex: -1 }, t.secret, ' ', h('code', {}, secret));
    place.replaceChildren(shown, h('p', {}, h('a', { href: uri }, t.openApp)), form(t.confirm, async (typed) => {
      const { body: { recoveryCodes } } = await api.post('/v1/me/second-factor/confirm', typed);
      const keep = h('p', { tabIndex: -1 }, t.recovery);
      place.replaceChildren(keep, h('ul.codes', {}, recoveryCodes.map((one) => h('li', {}, h('code', {}, one)))));
      keep.focus();
    }, code()));
    shown.focus();
  }, password()));
  return place;
}

const signIn = ({ api, again, tell }, { id, device, frontEnd, lastUsedAt, isCurrent }) => h('div.card', {},
  h('span.title', {}, frontEnd ?? device ?? texts.account.unknownDevice, ' ', isCurrent && badge(texts.account.here, 'good')),
  h('span.detail', {}, texts.account.lastSeen(dayAndTime(lastUsedAt))),
  !isCurrent && act(texts.account.endSignIn, async () => {
    await api.delete(`/v1/me/sign-ins/${id}`);
    await again();
    tell(texts.account.signInEnded);
  }, 'quiet', frontEnd ?? device ?? texts.account.unknownDevice));
