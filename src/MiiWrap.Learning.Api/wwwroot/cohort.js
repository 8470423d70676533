// What the views of one cohort have in common: its name, and the ways between them.
import { h } from './dom.js';
import { dated } from './tables.js';
import { badge } from './parts.js';
import { ways } from './ways.js';
import { texts } from './texts.js';

const parts = ['progress', 'transfer', 'nudges', 'coaching', 'enrol', 'manage'];

/** A cohort's page with one of its parts. */
export const cohortPage = ({ id, name, startsOn, gate, closedAt }, here, ...children) =>
  h('div.wide', {},
    h('h1', {}, name),
    h('p.hint', {},
      texts.cohorts.begins(dated(startsOn)),
      ' · ',
      texts.cohorts.gates[gate],
      closedAt && [' ', badge(texts.cohorts.closed, 'closed')],
    ),
    ways(texts.cohorts.parts,
      parts.map((part) => [texts.cohorts[part], `#/cohorts/${id}${part === 'progress' ? '' : `/${part}`}`, part === here]),
    ),
    children,
  );
