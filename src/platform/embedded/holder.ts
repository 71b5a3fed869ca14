import fs from 'node:fs';
import path from 'node:path';

/**
 * Who stops the server: the process that holds it. A command that finds a server held by a living process is a guest and
 * leaves it running; a server whose holder was killed belongs to whoever comes next.
 */
export function holdServer(place: string): () => boolean {
  const file = path.join(place, 'holder.pid');
  if (isAlive(readPid(file))) return () => false;
  fs.writeFileSync(file, `${process.pid}\n`);
  return () => {
    if (readPid(file) !== process.pid) return false;
    fs.rmSync(file, { force: true });
    return true;
  };
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

/** Whether another process has this number now. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || Number.isNaN(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A killed process whose parent has not noticed yet still has its number, and holds nothing. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
