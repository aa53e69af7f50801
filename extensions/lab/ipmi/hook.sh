# SPDX-License-Identifier: GPL-3.0-or-later
# hook.sh FOLDER chassis|lan get|set|check NAME [VALUE] ...
#
# ipmi_sim runs this for every question about power, boot device and LAN. It puts the question to the rack through two
# FIFOs and prints the rack's answer, so that the rack alone knows the state. A shell starts in 2 ms, Python in 20.
folder=$1
shift
exec 3<>"$folder/ask" 4<>"$folder/answer"
echo "$$ $*" >&3
while read -r number code words <&4; do
  # An answer to a question that was given up is not ours.
  [ "$number" = "$$" ] || continue
  for word in $words; do
    echo "$word"
  done
  exit "$code"
done
