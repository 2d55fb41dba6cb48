# kill-at.pl WHOM COUNTED N FROM REPORT COMMAND…: runs a command and, by ptrace(2), kills it with SIGKILL before a system call.
#
#   WHOM     wb      kill the command before its own Nth call (of its first thread)
#            parent  kill the command while the process that it makes by vfork is before its Nth call
#            child   kill that process there, and let the command go on
#   COUNTED  +1,2,3  count calls with these numbers; -1,2,3  count all but these
#   FROM     the command's own calls are counted from the first one with this number on
#   REPORT   a file for one line: KILLED CHILD-PID STATUS, with 1 if the Nth call was reached, and the command's exit status
use strict;
use warnings;
use POSIX ();

my ($whom, $counted, $n, $from, $report, @command) = @ARGV;
my $arm = (POSIX::uname())[4] eq 'aarch64';
my ($SYS_ptrace, $SYS_wait4, $execve, $execveat) = $arm ? (117, 260, 221, 281) : (101, 61, 59, 322);
my ($TRACEME, $CONT, $DETACH, $SYSCALL, $SETOPTIONS, $GETEVENTMSG, $GET_SYSCALL_INFO) = (0, 7, 17, 24, 0x4200, 0x4201, 0x420e);
my ($TRACESYSGOOD, $TRACEVFORK, $WALL) = (1, 4, 0x40000000);

my $except = $counted =~ /^-/;
my %listed = map { $_ => 1 } split /,/, substr $counted, 1;

my $pid = fork // die "fork: $!";
if ($pid == 0) {
  ptrace($TRACEME, 0, 0, 0);
  exec { $command[0] } @command or die "exec: $!";
}
wait4($pid);
ptrace($SETOPTIONS, $pid, 0, $TRACESYSGOOD | ($whom eq 'wb' ? 0 : $TRACEVFORK));

my ($child, $status, $killed, $calls, $images, $executing, $begun) = (0, undef, 0, 0, 0, 0, $whom ne 'wb');
my $traced = $whom eq 'wb' ? $pid : -1;    # the process whose calls are counted
go($pid, 0);
while (!defined $status) {
  my ($who, $stop) = wait4(-1);
  last if $who < 0;
  if (($stop & 0xff) != 0x7f) {            # it has ended
    $status = ($stop & 0x7f) ? 128 + ($stop & 0x7f) : $stop >> 8 if $who == $pid;
    next;
  }
  my ($signal, $event) = (($stop >> 8) & 0xff, $stop >> 16);
  # The first stop of the new process, or the command's own for having made it: either may be told of first.
  $traced = $child = $who if $who != $pid && !$child;
  if ($event == 2) {                       # PTRACE_EVENT_VFORK
    my $message = pack 'Q', 0;
    ptrace($GETEVENTMSG, $who, 0, $message);
    $traced = $child = unpack 'Q', $message if !$child;
    go($who, 0);
  } elsif ($signal == (5 | 0x80)) {
    at_call($who);
  } else {
    go($who, $event || $signal == 5 || $signal == 19 ? 0 : $signal);
  }
}
open my $out, '>', $report or die "$report: $!";
print $out "$killed $child ", $status // -1, "\n";
close $out;

sub at_call {
  my ($who) = @_;
  my $info = "\0" x 88;
  ptrace($GET_SYSCALL_INFO, $who, 88, $info);
  my ($op, $number) = (unpack('C', $info), unpack('x24 Q', $info));
  if ($op == 2 && $who == $child && $images < 2) {
    # Its second image is the user's command: nothing of ours.
    $images++ if $executing && unpack('x24 q', $info) == 0;
    if ($images == 2) { $traced = -1; ptrace($DETACH, $who, 0, 0); return }
  }
  if ($op == 1) {
    $executing = $number == $execve || $number == $execveat;
    $begun ||= $number == $from;
    if ($begun && ($except xor $listed{$number}) && ++$calls == $n) { shoot($who); return }
  }
  go($who, 0);
}

sub shoot {
  my ($who) = @_;
  $killed = 1;
  $traced = -1;
  if ($whom eq 'parent') {
    kill 'KILL', $pid;
    my (undef, $stop) = wait4($pid);
    (undef, $stop) = wait4($pid) while ($stop & 0xff) == 0x7f;
    $status = 137;
    ptrace($DETACH, $who, 0, 0);
    leave_others();
    return;
  }
  kill 'KILL', $who;
  go($who, 0);
}

# Another process that the command was making at that moment, for its networks, begins with a stop, in which the end of this one would leave it.
sub leave_others {
  for my $file (glob '/proc/[0-9]*/status') {
    my ($other) = $file =~ /(\d+)/;
    next if !open my $in, '<', $file;
    next if !grep { $_ eq "TracerPid:\t$$\n" } <$in>;
    # A string would be passed on as its address.
    my ($found, $stop) = wait4($other + 0);
    ptrace($DETACH, $other, 0, 0) if $found == $other && ($stop & 0xff) == 0x7f;
  }
}

sub go {
  my ($who, $signal) = @_;
  ptrace($who == $traced ? $SYSCALL : $CONT, $who, 0, $signal);
}

sub ptrace {
  my ($request, $who, $address) = @_;
  # The last argument is a number or a buffer, which Perl tells apart.
  return syscall $SYS_ptrace, $request, $who + 0, $address + 0, $_[3] =~ /^\d+$/ ? $_[3] + 0 : $_[3];
}

# Perl's own waitpid() hides why a process has stopped.
sub wait4 {
  my ($who) = @_;
  my $status = pack 'i', 0;
  my $found = syscall $SYS_wait4, $who, $status, $WALL, 0;
  return ($found, unpack 'i', $status);
}
