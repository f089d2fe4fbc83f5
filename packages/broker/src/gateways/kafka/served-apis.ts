/** Everything that is served, but ApiVersions, which tells of it. */
import { aclApis } from './acls.ts';
import { configApis } from './configs.ts';
import { configResourcesApi } from './config-resources.ts';
import { electionApi } from './elections.ts';
import { consumerGroupApis } from './consumer-groups.ts';
import { fetchApi } from './fetch.ts';
import { logDirsApi } from './log-dirs.ts';
import { groupAdminApis } from './group-admin.ts';
import { groupMemberApis } from './group-members.ts';
import { groupOffsetApis } from './group-offsets.ts';
import { metadataApis } from './metadata.ts';
import { offsetApis } from './offsets.ts';
import { produceApi } from './produce.ts';
import { reassignmentApis } from './reassignments.ts';
import { scramUserApis } from './scram-users.ts';
import type { KafkaPorts, ServedApi } from './served-api.ts';
import { shareFetchApis } from './share-fetch.ts';
import { shareGroupApis } from './share-groups.ts';
import { topicPagesApi } from './topic-pages.ts';
import { topicApis } from './topics.ts';
import { transactionViewApis } from './transaction-views.ts';
import { transactionApis } from './transactions.ts';

export function servedApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    produceApi(ports),
    fetchApi(ports),
    ...offsetApis(ports),
    ...metadataApis(ports),
    ...groupMemberApis(ports),
    ...groupOffsetApis(ports),
    ...groupAdminApis(ports),
    ...consumerGroupApis(ports),
    ...shareGroupApis(ports),
    ...shareFetchApis(ports),
    ...transactionApis(ports),
    ...transactionViewApis(ports),
    ...topicApis(ports),
    ...configApis(ports),
    configResourcesApi(ports),
    topicPagesApi(ports),
    logDirsApi(ports),
    electionApi(ports),
    ...reassignmentApis(ports),
    ...aclApis(ports),
    ...scramUserApis(ports),
  ];
}
