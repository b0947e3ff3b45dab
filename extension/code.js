// Loads the module that writes Terraform, blueprints and shell scripts, when somebody first asks for them.
import init, { answer } from './pkg/code.js';

let started;

/** What it answers to a view; a failed load is tried again with the next question. */
export async function code(ask) {
  started ??= init();
  try {
    await started;
  } catch (error) {
    started = undefined;
    throw error;
  }
  return answer(ask);
}
