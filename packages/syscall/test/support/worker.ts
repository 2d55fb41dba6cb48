import { Worker } from "node:worker_threads";
import type { Task } from "./worker-tasks.ts";

/** Does one of the tasks of worker-tasks.ts in a Worker, and gives its result once the Worker has ended by itself. */
export async function inWorker(task: Task): Promise<unknown> {
  const worker = startWorker(task);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let result: unknown;
  worker.once("message", (message) => void (result = message));
  worker.once("error", reject);
  worker.once("exit", () => resolve(result));
  return promise;
}

/** Starts a Worker with a task; its result comes as a message. */
export function startWorker(task: Task): Worker {
  return new Worker(new URL("worker-tasks.ts", import.meta.url), {
    workerData: task,
    execArgv: ["--conditions=wb-source"],
  });
}
