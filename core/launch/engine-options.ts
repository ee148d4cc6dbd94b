/** The options of `docker run`, which Podman and nerdctl share: what stands in front of an image is only known by them. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Without a value, or with `=true` and `=false`. */
export const ENGINE_FLAGS = words(`
  -d --detach --disable-content-trust --help --init -i --interactive --no-healthcheck --oom-kill-disable
  --privileged -P --publish-all -q --quiet --read-only --rm --sig-proxy -t --tty --use-api-socket`)

/** With a value, in the same word or the next. */
export const ENGINE_VALUED = words(`
  --add-host --annotation -a --attach --blkio-weight --blkio-weight-device --cap-add --cap-drop --cgroup-parent
  --cgroupns --cidfile --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime -c --cpu-shares --cpus
  --cpuset-cpus --cpuset-mems --detach-keys --device --device-cgroup-rule --device-read-bps --device-read-iops
  --device-write-bps --device-write-iops --dns --dns-opt --dns-option --dns-search --domainname --entrypoint
  -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries
  --health-start-interval --health-start-period --health-timeout -h --hostname --ip --ip6 --ipc --isolation
  --kernel-memory -l --label --label-file --link --link-local-ip --log-driver --log-opt --mac-address -m --memory
  --memory-reservation --memory-swap --memory-swappiness --mount --name --net --net-alias --network
  --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime
  --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user
  --userns --uts -v --volume --volume-driver --volumes-from -w --workdir`)
