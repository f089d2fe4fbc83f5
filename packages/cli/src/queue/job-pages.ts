/** Pages of jobs put together: as many as were asked for, each call bounded in what it looks at. */
import type { FlowMesh, JobInfo, JobSearchPage, PeekOptions, SearchOptions } from '@flowmesh/client';

const PEEK_PAGE = 100;
const SEARCH_PAGE = 1_000;
/** Looked at in one call, so that none takes long. */
const SCANNED_STEP = 10_000;

export async function peekJobs(
  mesh: FlowMesh,
  queue: string,
  options: PeekOptions & { readonly max: number },
): Promise<readonly JobInfo[]> {
  const jobs: JobInfo[] = [];
  let pageToken = '';
  do {
    const max = Math.min(PEEK_PAGE, options.max - jobs.length);
    const page = await mesh.queues.operations.peek(queue, { ...options, max, pageToken });
    jobs.push(...page.jobs);
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && jobs.length < options.max);
  return jobs;
}

export async function searchJobs(
  mesh: FlowMesh,
  queue: string,
  options: SearchOptions & { readonly max: number; readonly maxScanned: number },
): Promise<JobSearchPage> {
  const jobs: JobInfo[] = [];
  let [scanned, typeErrors, firstTypeError, pageToken] = [0, 0, '', ''];
  do {
    const max = Math.min(SEARCH_PAGE, options.max - jobs.length);
    const maxScanned = Math.min(SCANNED_STEP, options.maxScanned - scanned);
    const page = await mesh.queues.operations.search(queue, { ...options, max, maxScanned, pageToken });
    jobs.push(...page.jobs);
    scanned += page.scanned;
    typeErrors += page.typeErrors;
    firstTypeError ||= page.firstTypeError;
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && jobs.length < options.max && scanned < options.maxScanned);
  return { jobs, scanned, typeErrors, firstTypeError, nextPageToken: pageToken };
}
