// What each role finds in the menu. A person has several roles; an entry that two of them bring is shown once.
// Each entry is a key of texts.navigation, the place to which it leads, and where else its reader still is.
const everybody = [['today', '#/']];

const byRole = {
  learner: [['journey', '#/journey', '#/enrolments/']],
  coachee: [['myCoaching', '#/my-coaching']],
  coach: [['desk', '#/coaching', '#/coaching-relationships/', '#/coaching-sessions/', '#/action-items/', '#/fidelity/']],
  instructor: [['reviews', '#/reviews'], ['followUps', '#/follow-ups']],
  lead: [['reviews', '#/reviews'], ['followUps', '#/follow-ups'], ['cohorts', '#/cohorts'], ['people', '#/people']],
  supervisor: [['agency', '#/agencies']],
  agencyAdmin: [['agency', '#/agencies'], ['people', '#/people']],
  programAdmin: [['cohorts', '#/cohorts'], ['people', '#/people'], ['agencies', '#/agencies'], ['programme', '#/implementation']],
};

const last = [['settings', '#/settings', '#/account']];

/** The menu of somebody with these roles, in the order of the table. */
export function entriesOf(roles) {
  const names = roles.map(({ role }) => role);
  const entries = [...everybody, ...Object.entries(byRole).filter(([role]) => names.includes(role)).flatMap(([, of]) => of), ...last];
  return entries.filter(([key], at) => entries.findIndex(([other]) => other === key) === at);
}

/** Whether somebody at `here` is at this entry, or below it. */
export const isAt = ([, hash, ...others], here) =>
  here === hash || (hash !== '#/' && here.startsWith(`${hash}/`)) || others.some((other) => here.startsWith(other));

/** Where a path of the API, such as the href of the next thing to do, is shown. */
export const placeOf = (href) => `#${href.replace(/^\/v1/, '')}`;
