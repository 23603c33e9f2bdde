# Files whose way other users can change: a folder of another user's, or one that others can write to, is on it. There,
# any name can become a link between two commands. So each folder is entered and compared with where we came from, the
# work is done in a folder of our own, which nobody else can enter, and names outside of it are used by commands only that
# do not follow links: mkdir, rmdir, rm, link, mv -T.
uid='' chain='' trusted='' staged='' place=''

# identify: $uid becomes this user, and $gid its group if that is its alone: it has the user's name.
identify() {
  [ -z "$uid" ] || return 0
  ids=$(id) || return
  ids=${ids#uid=} uid=${ids%%[!0-9]*}
  user=${ids#"$uid"} user=${user%% *}
  ids=${ids#*gid=} gid=${ids%%[!0-9]*}
  group=${ids#"$gid"} group=${group%% *}
  [ "$user" = "$group" ] && [ -n "$user" ] || gid=0
}

# owned: whether the line of `ls -dn` in the arguments is root's or this user's.
owned() { [ "$3" = 0 ] || [ "$3" = "$uid" ]; }

# closed: whether nobody but root and this user can change the folder, or the link, of such a line.
closed() {
  owned "$@" || return
  case $1 in
    l*) ;;
    # An access control list may name any user; its mask is in place of the group's rights.
    d???????w* | d????w????+) false ;;
    d????w*) [ "$4" = 0 ] || [ "$4" = "$gid" ] ;;
  esac
}

# trust PATH: $trusted becomes yes if nobody but root and this user can change where PATH leads to. Else $real becomes
# where it led by the steps that were checked: what `real` found may have been exchanged since. It fails at a link that
# another user made, or could have put there, and $link and $link_owner become its name and owner.
trust() {
  identify || return
  ahead=$1 behind='' followed=0 kinds=d missing=''
  case $ahead in '~/'*) ahead=${HOME%/}/${ahead#??} ;; esac
  set -- /
  while [ -n "$ahead" ]; do
    case $ahead in */*) part=${ahead%%/*} ahead=${ahead#*/} ;; *) part=$ahead ahead='' ;; esac
    case $part in '' | .) continue ;; ..) behind=${behind%/*}; continue ;; esac
    behind=$behind/$part
    [ -z "$missing" ] || continue
    if [ -L "$behind" ]; then kinds=${kinds}l
    elif [ -d "$behind" ]; then kinds=${kinds}d
    else missing=yes; continue; fi
    set -- "$@" "$behind"
    case $kinds in *d) continue ;; esac
    followed=$((followed + 1))
    [ "$followed" -le 40 ] || break
    target=$(readlink "$behind" && echo .) || break
    target=${target%??}
    case $target in /*) behind='' ;; *) behind=${behind%/*} ;; esac
    ahead=$target/$ahead
  done
  [ "$*" != "$chain" ] || [ -z "$trusted" ] || return 0
  chain=$* trusted=yes
  # One command is enough if all folders are closed; else each is checked in order.
  lines=$(ls -dn "$@" 2>/dev/null) || trusted=
  separator=$IFS
  IFS='
'
  for line in $lines; do
    IFS=$separator
    case $line in [dl]*) closed $line || trusted= ;; esac
  done
  IFS=$separator
  [ -z "$trusted" ] || return 0
  trusted=yes
  for each do
    kind=${kinds%"${kinds#?}"} kinds=${kinds#?}
    set -- $(ls -dn "$each" 2>/dev/null)
    # A link that was followed, and is not a link any more, was replaced.
    case $kind$1 in
      ll*) [ -n "$trusted" ] && closed "$@" || { link=$each link_owner=$3 trusted=; return 1; }; continue ;;
      l* | dl*) link=$each link_owner=${3:-unknown} trusted=; return 1 ;;
    esac
    last=$1
    # In a sticky folder other users cannot replace this user's files, but can create missing ones.
    if closed "$@"; then last=closed; else case $1 in d????????[tT]*) owned "$@" ;; *) false ;; esac || trusted=; fi
  done
  [ "$last" = closed ] || trusted=
  [ -n "$trusted" ] || real=$behind folder=${behind%/*} name=${behind##*/}
}

refuse_link() { say link "$link_owner"; printf %s "$link"; }

# here: $above becomes the folder that we are in, if the one above it is $above; a link would have led elsewhere.
here() {
  set -- $(ls -din . ..)
  [ "$#" = 20 ] && [ "${11} ${12} ${14} ${15}" = "$above" ] || return
  above="$1 $2 $4 $5"
}

# enter [make]: goes into $folder, a step at a time; what is not there is made.
enter() {
  cd / || return
  set -- "$1" $(ls -din .)
  above="$2 $3 $5 $6" ahead=${folder#/}
  while [ -n "$ahead" ]; do
    case $ahead in */*) part=${ahead%%/*} ahead=${ahead#*/} ;; *) part=$ahead ahead='' ;; esac
    [ -z "$1" ] || [ -d "./$part" ] || mkdir "./$part" || return
    cd -P "./$part" && here || { moved=yes; echo "gatekey: a folder of its path was exchanged" >&2; return 1; }
  done
}

# private: whether the folder that we are in is ours, and nobody else can enter it: by no list of access (ACL) either, which
# it may have from its parent. macOS has `@` in place of the list's sign where there is more.
private() {
  case $above in
    *' drwx--'[-S]"---@ $uid "*) [ -z "$(ls -dlen . | sed 1d)" ] ;;
    *' drwx--'[-S]"--- $uid "* | *' drwx--'[-S]"---. $uid "*) ;;
    *) false ;;
  esac
}

# stage: goes into a folder of our own in $folder; all names are relative from then on.
stage() {
  for tool in link rmdir; do
    command -v "$tool" >/dev/null 2>&1 || { say unsafe "$tool"; return 1; }
  done
  moved=
  enter make || { [ -z "$moved" ] || say moved; return 1; }
  outside=$above
  mkdir "./.$name.gatekey-$random" || return
  cd -P "./.$name.gatekey-$random" && here && private || { say moved; return 1; }
  staged=.$name.gatekey-$random place=$folder
  folder=.. real=../$name
}

# unstage FOLDER: removes such a folder that a killed run left.
unstage() {
  (
    above=$outside
    cd -P "$1" 2>/dev/null && { [ -n "$trusted" ] || here; } && set -- $(ls -din .) || exit
    above="$1 $2 $4 $5"
    private || exit
    set +f
    rm -f ./????????????-new ./????????????-old ./????????????-own
  )
  rmdir "$1" 2>/dev/null
}

# rename FILE NAME: one of ours gets a name outside; it replaces a link there, and never goes into a folder behind it.
rename() {
  problem=$(mv -fT "$1" "$2" 2>&1) && return
  case $problem in
    *[Uu]sage*) ;;
    *) echo "$problem" >&2; return 1 ;;
  esac
  command -v perl >/dev/null 2>&1 || { say unsafe 'mv -T'; return 1; }
  perl -e 'rename($ARGV[0], $ARGV[1]) or die "$!\n"' "$1" "$2"
}

# installed INODE: whether $real is our file, and no link.
installed() { entry "$real" 2>/dev/null && case $entry in "$1 -"*) ;; *) false ;; esac; }

# same_outside: whether $real is still what was looked at: it gets another name in our folder, where it stays the same.
same_outside() {
  link "$real" "./$random-old" 2>/dev/null || return
  sum=''
  if entry "./$random-old" && expected_outside $entry; then
    # Its owner may append to it while it is read.
    sum=$(bounded <"./$random-old" | digest)
  fi
  rm -f "./$random-old"
  case " $sums " in *" ${sum%% *} "*) [ -n "$sum" ] ;; *) false ;; esac
}

# expected_outside ENTRY: whether it is what was looked at, but for its number of links. A pipe would be waited for, and a
# link followed.
expected_outside() {
  now="$1 $2 $4 $5 $6"
  set -- $expected
  [ "$now" = "$1 $2 $4 $5 $6" ]
}

# dead_outside LOCK: `dead`, by another name in our folder, where it stays the same: a pipe would be waited for.
dead_outside() {
  link "$1" "./$random-old" 2>/dev/null || return
  dead_file "./$random-old" && set -- yes || set -- ''
  rm -f "./$random-old"
  [ -n "$1" ]
}

# content: what $real holds, if it is the file of $entry that is read, and no other.
content() (
  set -- $entry
  wanted="$1 $4 $5 $6"
  enter '' && exec <"./$name" || exit
  for opened in /proc/self/fd/0 /dev/fd/0; do
    set -- $(ls -diLn "$opened" 2>/dev/null)
    case $2 in -*) break ;; esac
  done
  case $2 in
    -*) [ "$1 $4 $5 $6" = "$wanted" ] && bounded || exchanged ;;
    # The opened file cannot be identified: the name must be the same before and after.
    *) bounded && entry "./$name" && set -- $entry && [ "$1 $4 $5 $6" = "$wanted" ] || exchanged ;;
  esac
)

# bounded: what standard input holds, as far as a file of a configuration may go.
bounded() { dd bs=65536 count=129 2>/dev/null; }

exchanged() { echo "gatekey: it was exchanged" >&2; false; }
