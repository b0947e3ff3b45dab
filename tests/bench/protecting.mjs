// "Protect this site", for the members of one group: what Gatewright sends, beside what somebody would send who makes one object
// after the other. Each answer takes a fixed time, so that the figures are of the requests and not of the machine.
import { Done } from '../e2e/pages/work.mjs';

/** {requests, sequential, ms} of what the server saw, from the first request to the end of the last write. */
async function seen(authentik) {
  const all = (await authentik.requests()).filter(({ server, path }) => server === 'authentik' && path.startsWith('/api/'));
  const upTo = all.slice(0, all.findLastIndex(({ method }) => method !== 'GET') + 1);
  return { requests: upTo.length, sequential: await authentik.sequence(), ms: Math.round(upTo.at(-1).ended_ms - upTo[0].started_ms) };
}

async function counted(authentik, act) {
  await authentik.forgetRequests();
  await authentik.takeAMoment();
  await act();
  const what = await seen(authentik);
  await authentik.clearFaults();
  return what;
}

/** Gatewright: from "Apply" to "Done". */
export async function withGatewright({ gatewright, tab }) {
  const site = await gatewright.look(tab);
  const review = await site.protect();
  await review.onlyMembersOf('engineering');
  return counted(gatewright.authentik, async () => {
    await review.apply();
    await new Done(site.view).ready();
  });
}

/** One object after the other, as the admin interface makes them. Flows, group and outpost are known, as they are to the review. */
export async function oneByOne(authentik) {
  const send = async (method, at, body) => {
    const [status, answer] = await authentik.api(method, at, body);
    if (status >= 300) throw new Error(`${method} ${at}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const flow = async designation => (await send('GET', `flows/instances/?designation=${designation}`)).results[0].pk;
  const [authorization_flow, invalidation_flow] = [await flow('authorization'), await flow('invalidation')];
  const { pk: group } = (await send('GET', 'core/groups/?name=engineering')).results[0];
  const { pk: outpost } = (await send('GET', 'outposts/instances/')).results[0];
  return counted(authentik, async () => {
    const provider = await send('POST', 'providers/proxy/', { name: 'Larder', mode: 'forward_single', external_host: authentik.site, authorization_flow, invalidation_flow });
    const application = await send('POST', 'core/applications/', { name: 'Larder', slug: 'larder', provider: provider.pk });
    await send('POST', 'policies/bindings/', { target: application.pk, group, order: 0 });
    const { providers } = await send('GET', `outposts/instances/${outpost}/`);
    await send('PATCH', `outposts/instances/${outpost}/`, { type: 'proxy', providers: [...providers, provider.pk] });
  });
}
