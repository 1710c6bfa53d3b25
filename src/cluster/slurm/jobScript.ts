// The script of a Slurm array: task n runs the configurations in line n of a list.

/** Attempts that end where they began, after which a task is not sent back to the queue. */
export const MOST_STALLS = 3;

/**
 * Called as `job.sh LOCATION LIST COMMAND…`; runs `COMMAND… --jobs=<cpus> LOCATION/<i>…` as one step. It needs bash, the
 * coreutils and Slurm's commands.
 *
 * What it knows by experiment with Slurm 22.05:
 * - Inside an array `scontrol requeue` wants <array id>_<task>: the last task's own job id *is* the array's id, and with that
 *   every task is run again, finished ones included.
 * - `--signal=INT@n` reaches the steps of srun alone. `srun` is therefore in the background: a TERM that reaches the shell, at
 *   the time limit, must not end it before it has said how the step ended.
 * - During cancellation a requeue brings a job back to life, whereas at the time limit it is allowed and useful; after a
 *   preemption and the loss of a node Slurm has requeued the job itself. `scontrol show job` tells them apart.
 * - When its node is lost, srun ends with 0: only report-last.json says that a configuration is finished.
 * - Steps do not inherit `--cpus-per-task` since 22.05.
 */
export const JOB_SCRIPT = `#!/bin/bash
location=$1 list=$2; shift 2
id=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID restart=\${SLURM_RESTART_COUNT:-0}
read -r -a numbers < <(sed -n "\${SLURM_ARRAY_TASK_ID}p" "$list")
directories=("\${numbers[@]/#/$location/}")
first=\${directories[0]}
[ -d "$first" ] || { echo "alc: there is no configuration $first (task $SLURM_ARRAY_TASK_ID of $list)"; exit 2; }
echo "alc: job $id, attempt $restart, on $SLURMD_NODENAME"

# Changes whenever a configuration has got further.
progress() {
  for directory in "\${directories[@]}"; do
    grep -s '"step"' "$directory/run.json" | tail -n 1
    ls "$directory/report-last.json" 2>/dev/null
  done
}

# Sets state, reason and restarts of the job; state is empty if the controller does not answer.
ask() {
  state= reason= restarts=0
  for attempt in 1 2 3; do
    read -r state reason restarts < <(scontrol show job --oneliner "$id" 2>/dev/null | head -n 1 |
      sed -n 's/.* JobState=\\([A-Z_]*\\) Reason=\\([^ ]*\\).* Restarts=\\([0-9]*\\).*/\\1 \\2 \\3/p')
    [ -n "$state" ] && return
    sleep 1
  done
}

# Writes the marker of each configuration, unless another attempt has taken it over; what is finished is finished.
mark() {
  for directory in "\${directories[@]}"; do
    [ "$(cut -d ' ' -f 1,2 "$directory/_running" 2>/dev/null)" = "$id $restart" ] || continue
    marker=$1
    [ -e "$directory/report-last.json" ] && marker=_finished
    echo "$id $restart exit=$code stalls=$stalls $(date +%FT%T)" > "$directory/$marker"
    rm -f "$directory/_running"
  done
}

stalls=$(sed -n 's/.* stalls=\\([0-9]*\\).*/\\1/p' "$first/_requeued" 2>/dev/null)
for directory in "\${directories[@]}"; do
  rm -f "$directory"/{_finished,_failed,_requeued,_cancelled}
  echo "$id $restart $SLURMD_NODENAME $(date +%FT%T)" > "$directory/_running"
done
before=$(progress)

trap 'told=yes' TERM
[ -n "$SLURM_CPUS_PER_TASK" ] && export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK
srun --nodes=1 --ntasks=1 "$@" --jobs="\${SLURM_CPUS_PER_TASK:-1}" "\${directories[@]}" &
step=$!
while :; do told=; wait $step; code=$?; [ -n "$told" ] || break; done

# A signal that comes before Node.js can hear it ends the step at once: nothing is lost, and nothing has failed.
case $code in 130 | 143) code=9 ;; esac
ask
[ "$(progress)" = "$before" ] && stalls=$((\${stalls:-0} + 1)) || stalls=0
[ "\${restarts:-0}" -gt "$restart" ] && state=RESTARTED
echo "alc: job $id ended with $code in state \${state:-unknown} \${reason}"
case $state/$reason in
  RUNNING/* | COMPLETING/TimeLimit)
    if [ $code != 9 ]; then mark _failed
    elif [ $stalls -ge ${MOST_STALLS} ]; then
      echo "alc: job $id was interrupted $stalls times without getting further; its time limit may be too short"
      mark _failed
      exit 1
    else
      mark _requeued
      scontrol requeue "$id"
    fi ;;
  RESTARTED/*) mark _requeued ;;
  COMPLETING/* | CANCELLED/*) mark _cancelled ;;
  *) for directory in "\${directories[@]}"; do
       [ "$(cut -d ' ' -f 1,2 "$directory/_running" 2>/dev/null)" = "$id $restart" ] && rm -f "$directory/_running"
     done ;;
esac
exit $code
`;
