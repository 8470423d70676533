// Signing in, with a second factor where the account has one, and a way out for whoever forgot their password.
import { h } from '../dom.js';
import { field, form } from '../forms.js';
import { texts } from '../texts.js';

export async function show({ api, signedIn, tell }, { ended = false }) {
  const t = texts.signIn;
  const email = h('input', { name: 'email', type: 'email', autocomplete: 'username', required: true });
  const code = h('input', { name: 'code', autocomplete: 'one-time-code', inputMode: 'text', maxLength: 32 });
  const second = field(t.code, code, { hint: t.codeHint });
  second.hidden = true;
  const login = form(t.submit, async (values) => {
    try {
      await api.signIn(values.email, values.password, values.code);
    } catch (error) {
      if (error.code !== 'auth.code.required') throw error;
      second.hidden = false;
      code.required = true;
      code.focus();
      return;
    }
    await signedIn();
  },
  field(t.email, email),
  field(t.password, h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true })),
  second);

  const forgot = form(t.forgotSubmit, async (values) => {
    await api.forgotPassword(values.address);
    tell(t.forgotDone);
  }, field(t.email, h('input', { name: 'address', type: 'email', autocomplete: 'username', required: true })));

  return h('div.narrow', {},
    h('h1', {}, t.title),
    ended && h('p.note', {}, t.ended),
    h('div.panel', {}, login),
    h('details', {}, h('summary', {}, t.forgot), h('p', {}, t.forgotHint), forgot));
}
