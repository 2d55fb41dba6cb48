import type { Case } from "../case.ts";

const PRELUDE = `
docker swarm init --advertise-addr 127.0.0.1 >/dev/null || exit
trap 'docker service rm web >/dev/null 2>&1; until_ sh -c "[ -z \\"\\$(docker ps -aq)\\" ]"; docker swarm leave --force >/dev/null; until_ sh -c "! docker network ls | grep -q swarm"' EXIT
service() { docker service create --quiet --detach --name web --network host --stop-grace-period 1s --restart-delay 0s --restart-condition any "$@" >/dev/null 2>&1; }
running() { docker ps --quiet --filter label=com.docker.swarm.service.name=web --filter status=running | wc -l; }
converged() { [ "$(docker service ls --format '{{.Replicas}}')" = $1/$1 ] && [ $(running) = $1 ]; }
ended() { for id; do if docker ps --quiet | grep -q $id; then return 1; fi; done; }
count() { until_ converged $1; docker service ls --format '{{.Replicas}}'; echo running $(running); docker info --format '{{.DefaultRuntime}}' >/dev/null; }
`;

/** An orchestrator on a runtime: it starts, heals, updates and removes. */
export const swarm: readonly Case[] = [
  {
    seconds: 900,
    name: "swarm: 20 replicas, scaled, killed, updated, removed",
    script: `${PRELUDE}
echo create; service --replicas 20 $I sleep 1000; count 20
echo scale up; docker service scale --detach web=24 >/dev/null; count 24
echo scale down; docker service scale --detach web=20 >/dev/null; count 20
echo docker kill; C=$(docker ps -q | head -5); docker kill $C >/dev/null; until_ ended $C; count 20
echo kill -9 of five inits; C=$(docker ps -q | tail -5); kill -9 $(docker inspect -f '{{.State.Pid}}' $C); until_ ended $C; count 20
echo docker stop; C=$(docker ps -q | head -1); docker stop -t 0 $C >/dev/null; until_ ended $C; count 20
echo rolling update
docker service update --quiet --detach --update-parallelism 5 --update-delay 0s --update-monitor 0.1s --env-add VERSION=2 web >/dev/null
until_ sh -c "docker service inspect -f '{{.UpdateStatus.State}}' web | grep completed"
until_ sh -c "docker service inspect -f '{{.UpdateStatus.State}}' web | grep completed"
docker service inspect -f '{{.UpdateStatus.State}}' web; count 20
docker inspect -f '{{.Config.Env}}' $(docker ps -q) | grep -c VERSION=2
echo remove; docker service rm web >/dev/null; until_ sh -c "[ -z \\"\\$(docker ps -aq)\\" ]"; docker ps -aq | wc -l`,
    shows: "completed\n20/20\nrunning 20\n20\nremove\n0",
  },
  {
    seconds: 900,
    name: "swarm: limits, a health check that fails, and a rollback",
    script: `${PRELUDE}
service --replicas 3 --limit-memory 40m --health-cmd 'test ! -e /tmp/ill' --health-interval 300ms --health-retries 1 $I sleep 1000; count 3
C=$(docker ps -q | head -1); limit memory memory.limit_in_bytes memory.max
docker exec $C touch /tmp/ill; until_ sh -c "! docker ps -q --no-trunc | grep -q $C"; count 3
docker service update --quiet --detach --update-parallelism 1 --update-delay 0s --update-monitor 2s --update-failure-action rollback --args /no/such web >/dev/null
until_ sh -c "docker service inspect -f '{{.UpdateStatus.State}}' web | grep rollback_completed"; docker service inspect -f '{{.UpdateStatus.State}}' web; count 3
docker service ps --no-trunc --format '{{.Error}}' web | grep -m 1 -o 'no such file or directory'`,
    shows: "rollback_completed\n3/3\nrunning 3",
  },
];
