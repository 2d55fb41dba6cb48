import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import type { CommandRow } from "./command-row.ts";

/** As docker has it: 1 for what failed, 125 for a command line that is not understood. */
const CONTAINER = { section: "container", failure: EXIT_FAILURE } as const;
const COMMON = { section: "common", failure: EXIT_FAILURE } as const;
const IMAGE = { section: "image", failure: EXIT_FAILURE } as const;
const SYSTEM = { section: "system", failure: EXIT_FAILURE } as const;
/** As the tools that they are like. */
const TOOL = { section: "tool", failure: EXIT_FAILURE, misuse: EXIT_FAILURE } as const;

/**
 * All commands of wb, sorted in each section by what help shows. A new one is a row here, its spec in specs.ts, and its code in one of
 * src/programs, which programs/choose.ts knows.
 */
export const COMMANDS: readonly CommandRow[] = [
  { names: ["run", "container run"], summary: "Run a command in a new container", section: "common" },
  { names: ["exec", "container exec"], summary: "Run a command in a container that runs", ...COMMON },
  { names: ["ps", "container ls", "container list", "container ps"], summary: "List containers", ...COMMON },
  { names: ["logs", "container logs"], summary: "Show what containers have written", ...COMMON },
  { names: ["stop", "container stop"], summary: "Stop containers", ...COMMON },
  { names: ["rm", "container rm", "container remove"], summary: "Remove containers", ...COMMON },

  { names: ["attach", "container attach"], summary: "Connect this terminal with a container that runs", ...CONTAINER },
  { names: ["commit", "container commit"], summary: "Make an image of a container's changes", ...CONTAINER },
  { names: ["cp", "container cp"], summary: "Copy files between containers and this machine", ...CONTAINER },
  { names: ["create", "container create"], summary: "Make a container, which wb start starts", section: "container" },
  { names: ["diff", "container diff"], summary: "Show what a container has changed of its image", ...CONTAINER },
  { names: ["events", "system events"], summary: "Show what happens to containers and volumes", ...CONTAINER },
  { names: ["export", "container export"], summary: "Write a container's root as a tar archive", ...CONTAINER },
  { names: ["inspect"], summary: "Show all that is known of containers", ...CONTAINER },
  { names: ["kill", "container kill"], summary: "Send a signal to containers", ...CONTAINER },
  { names: ["pause", "container pause"], summary: "Stop all processes of containers where they are", ...CONTAINER },
  { names: ["port", "container port"], summary: "Show where ports of a container are published", ...CONTAINER },
  { names: ["rename", "container rename"], summary: "Give a container another name", ...CONTAINER },
  { names: ["restart", "container restart"], summary: "Stop containers, and start them again", ...CONTAINER },
  { names: ["start", "container start"], summary: "Start containers that have ended", ...CONTAINER },
  { names: ["stats", "container stats"], summary: "Show what containers use, live", ...CONTAINER },
  { names: ["top", "container top"], summary: "Show the processes of a container", ...CONTAINER },
  { names: ["unpause", "container unpause"], summary: "Let the processes of paused containers go on", ...CONTAINER },
  { names: ["update", "container update"], summary: "Change the limits of running containers", ...CONTAINER },
  { names: ["wait", "container wait"], summary: "Wait until containers have ended", ...CONTAINER },

  { names: ["build", "image build"], summary: "Build an image from a Dockerfile", ...IMAGE },
  { names: ["history", "image history"], summary: "Show how an image was made", ...IMAGE },
  { names: ["images", "image ls", "image list"], summary: "List images", ...IMAGE },
  { names: ["image inspect"], summary: "Show all that is known of images", ...IMAGE },
  { names: ["image prune"], summary: "Remove images that nobody uses", ...IMAGE },
  { names: ["builder prune"], summary: "Forget what builds keep for the next ones", ...IMAGE },
  { names: ["import", "image import"], summary: "Make an image of a tar archive", ...IMAGE },
  { names: ["login"], summary: "Log in to a registry", ...IMAGE },
  { names: ["logout"], summary: "Log out of a registry", ...IMAGE },
  { names: ["pull", "image pull"], summary: "Take an image from its registry", ...IMAGE },
  { names: ["push", "image push"], summary: "Give an image to its registry", ...IMAGE },
  { names: ["load", "image load"], summary: "Add the images of an archive", ...IMAGE },
  { names: ["rmi", "image rm", "image remove"], summary: "Remove images", ...IMAGE },
  { names: ["save", "image save"], summary: "Write images to an archive", ...IMAGE },
  { names: ["tag", "image tag"], summary: "Give an image one more name", ...IMAGE },

  { names: ["container inspect"], summary: "Show all that is known of containers", failure: EXIT_FAILURE },
  { names: ["container prune"], summary: "Remove all containers that do not run", failure: EXIT_FAILURE },
  { names: ["system df"], summary: "Show how much containers and volumes take", failure: EXIT_FAILURE },
  {
    names: ["system start"],
    summary: "Start the containers that are to run when the machine does",
    failure: EXIT_FAILURE,
  },
  { names: ["system prune"], summary: "Remove what nobody uses", failure: EXIT_FAILURE },

  { names: ["network connect"], summary: "Connect a container to a network", failure: EXIT_FAILURE },
  { names: ["network create"], summary: "Make a network", failure: EXIT_FAILURE },
  { names: ["network disconnect"], summary: "Take a container from a network", failure: EXIT_FAILURE },
  { names: ["network inspect"], summary: "Show all that is known of networks", failure: EXIT_FAILURE },
  { names: ["network ls", "network list"], summary: "List networks", failure: EXIT_FAILURE },
  { names: ["network prune"], summary: "Remove networks that no container is on", failure: EXIT_FAILURE },
  { names: ["network reload"], summary: "Put back what a firewall took away", failure: EXIT_FAILURE },
  { names: ["network rm", "network remove"], summary: "Remove networks", failure: EXIT_FAILURE },

  { names: ["volume create"], summary: "Make a volume", failure: EXIT_FAILURE },
  { names: ["volume inspect"], summary: "Show all that is known of volumes", failure: EXIT_FAILURE },
  { names: ["volume ls", "volume list"], summary: "List volumes", failure: EXIT_FAILURE },
  { names: ["volume prune"], summary: "Remove volumes that no container has", failure: EXIT_FAILURE },
  { names: ["volume rm", "volume remove"], summary: "Remove volumes", failure: EXIT_FAILURE },

  { names: ["completion"], summary: "Print a script for completion in a shell", ...SYSTEM },
  { names: ["explain"], summary: "Print the system calls that wb run would make", section: "system" },
  { names: ["info", "system info"], summary: "Show this machine, and what wb can do on it", ...SYSTEM },
  { names: ["oci"], summary: "Be an OCI runtime with the command line of runc", section: "system" },
  { names: ["version"], summary: "Print the version", ...SYSTEM },

  { names: ["cgroup"], summary: "Make, limit, measure, freeze and kill control groups", ...TOOL },
  { names: ["chroot"], summary: "Run a command with another root directory, as chroot(1) does", section: "tool" },
  { names: ["lsns"], summary: "List namespaces, as lsns(8) does", ...TOOL },
  { names: ["mounts"], summary: "List mounts, as findmnt(8) does", section: "tool" },
  { names: ["net"], summary: "Make links, addresses, routes and network namespaces by hand, as ip(8) does", ...TOOL },
  { names: ["nsenter"], summary: "Run a command in the namespaces of a process, as nsenter(1) does", ...TOOL },
  { names: ["unshare"], summary: "Run a command in new namespaces, as unshare(1) does", ...TOOL },
];
