// A script for any scheduler, or none.

/**
 * Runs a configuration, or a location, until it is done: exit code 9 means once more. Told to stop, it lets the run save, and
 * ends with 9. The number of the configuration is the script's argument, or the index that an array job of Slurm, PBS, LSF or
 * Grid Engine gives; without any, all of the location are run.
 *
 * @param command what runs the configurations of a location whose directory follows, in words
 */
export function loopScript(command: readonly string[], location: string): string {
  return `#!/bin/sh
# Exit codes: 0 finished, 9 was told to stop and has saved (run it again), others: failed.
stop= run=
trap 'stop=yes; [ -n "$run" ] && kill -TERM "$run" 2>/dev/null' TERM INT HUP USR1 USR2
location=${quoted(location)}
index=\${1:-\${SLURM_ARRAY_TASK_ID:-\${PBS_ARRAY_INDEX:-\${LSB_JOBINDEX:-\${SGE_TASK_ID:-}}}}}
case $index in '' | 0 | undefined) ;; *) location=$location/$index ;; esac
while [ -z "$stop" ]; do
  ${command.map(quoted).join(' ')} "$location" & run=$!
  # It was told to stop just before there was anybody to be told.
  [ -z "$stop" ] || kill -TERM "$run" 2>/dev/null
  while :; do
    wait "$run"; code=$?
    # A signal ends \`wait\` early.
    kill -0 "$run" 2>/dev/null || break
  done
  # Whatever it was doing when the signal ended it at once, its last checkpoint is there.
  [ -n "$stop" ] && [ "$code" = 143 ] && exit 9
  [ "$code" = 9 ] || exit "$code"
done
exit 9
`;
}

/** A word for a shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
