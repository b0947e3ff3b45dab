// Waiting: on a condition, never for a time. The only pause is the one between two looks.

const LOOK = 25;

export const pause = (every = LOOK) => new Promise(go => setTimeout(go, every));

/**
 * Looks until `probe` answers something truthy, and answers that. What `probe` throws is no answer yet; the last of it
 * is told when the time is up. `say` may add what is there instead.
 */
export async function until(what, probe, { ms = 10_000, every, say } = {}) {
  let why = '';
  for (const end = Date.now() + ms; ;) {
    try {
      const found = await probe();
      if (found) return found;
      why = '';
    } catch (error) {
      if (error.final) throw error;
      why = `: ${error.message}`;
    }
    if (Date.now() > end) {
      const instead = say ? await say().catch(() => '') : '';
      throw new Error(`waited ${ms} ms for ${what}${why}${instead ? `\n${instead}` : ''}`);
    }
    await pause(every);
  }
}

/** An error that no further look can mend. */
export const final = message => Object.assign(new Error(message), { final: true });
