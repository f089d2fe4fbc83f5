/**
 * DescribeUserScramCredentials and AlterUserScramCredentials. Clients send salted passwords, of which the keys are kept; a user that there is
 * not yet is made, without roles.
 */
import type { ScramMechanism } from '@flowmesh/engines';
import { SCRAM_ITERATIONS_MAX, SCRAM_ITERATIONS_MIN, SCRAM_MECHANISMS, USER_NAME } from '@flowmesh/engines';
import { AlterUserScramCredentials, DescribeUserScramCredentials } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { credentialOf } from '../../services/access/scram.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { changing, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type AlterRequest = RequestOf<typeof AlterUserScramCredentials>;
type Described = ResponseInput<typeof DescribeUserScramCredentials>['results'][number];

const SALT_BYTES_MAX = 128;

export function scramUserApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(DescribeUserScramCredentials, async (request, context) => describe(ports, request, context)),
    changing(
      ports,
      servedApi(AlterUserScramCredentials, (request, context) => alter(ports, request, context)),
    ),
  ];
}

/** By their numbers in the protocol, from 1. */
function mechanismOf(number: number): ScramMechanism | undefined {
  return SCRAM_MECHANISMS[number - 1];
}

function describe(
  { clusterAdmin }: KafkaPorts,
  { users }: RequestOf<typeof DescribeUserScramCredentials>,
  { caller }: RequestContext,
): ResponseInput<typeof DescribeUserScramCredentials> {
  try {
    const known = new Map(
      clusterAdmin.users
        .list(caller)
        .filter(({ credentials }) => credentials.length > 0)
        .map((user) => [user.name, user]),
    );
    const names =
      users === undefined || users.length === 0 ? [...known.keys()] : users.map(({ name }) => name);
    const results = names.map((name): Described => {
      const found = known.get(name);
      if (found === undefined)
        return {
          user: name,
          ...refusal('RESOURCE_NOT_FOUND', `${name} has no SCRAM credentials`),
          credentialInfos: [],
        };
      const credentialInfos = found.credentials.map(({ mechanism, iterations }) => ({
        mechanism: SCRAM_MECHANISMS.indexOf(mechanism) + 1,
        iterations,
      }));
      return { user: name, ...ACCEPTED, credentialInfos };
    });
    return { throttleTimeMs: 0, ...ACCEPTED, results };
  } catch (thrown) {
    return { throttleTimeMs: 0, ...refusalOf(asFlowError(thrown), 'admin'), results: [] };
  }
}

async function alter(
  ports: KafkaPorts,
  request: AlterRequest,
  context: RequestContext,
): Promise<ResponseInput<typeof AlterUserScramCredentials>> {
  const names = [...request.upsertions, ...request.deletions].map(({ name }) => name);
  const results: { user: string; errorCode: number; errorMessage: string | undefined }[] = [];
  for (const user of new Set(names)) {
    const outcome = await alterUser(ports, user, request, context).catch((thrown: unknown) =>
      refusalOf(asFlowError(thrown), 'admin'),
    );
    results.push({ user, ...outcome });
  }
  return { throttleTimeMs: 0, results };
}

async function alterUser(
  { clusterAdmin, newUuid }: KafkaPorts,
  name: string,
  request: AlterRequest,
  { caller, signal }: RequestContext,
): Promise<Refusal> {
  const upsertions = request.upsertions.filter((one) => one.name === name);
  const deletions = request.deletions.filter((one) => one.name === name);
  const refused = check(name, upsertions, deletions);
  if (refused !== undefined) return refused;
  const credentials = upsertions.flatMap(({ mechanism, salt, saltedPassword, iterations }) => {
    const known = mechanismOf(mechanism);
    return known === undefined ? [] : [credentialOf(known, saltedPassword, { salt, iterations })];
  });
  const withoutCredentials = deletions.flatMap(({ mechanism }) => mechanismOf(mechanism) ?? []);
  const change = { caller, signal, requestId: newUuid(), name };
  const user = clusterAdmin.users.list(caller).find((one) => one.name === name);
  const lacking = withoutCredentials.some(
    (mechanism) => user?.credentials.some((one) => one.mechanism === mechanism) !== true,
  );
  if (lacking) return refusal('RESOURCE_NOT_FOUND', `${name} has no such credentials`);
  if (user === undefined) await clusterAdmin.users.create({ ...change, roles: [], credentials });
  else await clusterAdmin.users.alter({ ...change, credentials, withoutCredentials });
  return ACCEPTED;
}

function check(
  name: string,
  upsertions: AlterRequest['upsertions'],
  deletions: AlterRequest['deletions'],
): Refusal | undefined {
  if (!USER_NAME.test(name)) return refusal('UNACCEPTABLE_CREDENTIAL', `${name} is no name of a user`);
  const mechanisms = [...upsertions, ...deletions].map(({ mechanism }) => mechanism);
  if (new Set(mechanisms).size < mechanisms.length)
    return refusal('DUPLICATE_RESOURCE', `a mechanism of ${name} is named more than once`);
  if (mechanisms.some((mechanism) => mechanismOf(mechanism) === undefined))
    return refusal('UNSUPPORTED_SASL_MECHANISM', 'mechanisms are 1 (SCRAM-SHA-256) and 2 (SCRAM-SHA-512)');
  for (const { iterations, salt, saltedPassword } of upsertions) {
    if (iterations < SCRAM_ITERATIONS_MIN || iterations > SCRAM_ITERATIONS_MAX)
      return refusal(
        'UNACCEPTABLE_CREDENTIAL',
        `iterations must be ${SCRAM_ITERATIONS_MIN} to ${SCRAM_ITERATIONS_MAX}`,
      );
    // Sixteen characters of base64 are the least that is kept.
    if (salt.length < 12 || salt.length > SALT_BYTES_MAX || saltedPassword.length === 0)
      return refusal('UNACCEPTABLE_CREDENTIAL', `a salt has 12 to ${SALT_BYTES_MAX} bytes`);
  }
  return undefined;
}
