# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for avcp and av-controlpoint. Words come from this file alone: names of devices are
# foreign text and never become completions.
_avcp()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= i
	local verbs='devices info ls tree find search cat get play pause toggle stop
		seek next prev speed mode volume mute picture preset status watch call
		alias default put mkdir rm edit bookmark doctor queue sleep daemon'
	local options='--renderer --server --interface --timeout --json --log-level --log-target
		--config --check-config --print-config --help --version'

	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ " $verbs " == *" ${COMP_WORDS[i]} "* ]]; then
			verb=${COMP_WORDS[i]}
			break
		fi
	done
	case $before in
	--interface)
		COMPREPLY=($(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$word"))
		return
		;;
	--config | -c | --report)
		COMPREPLY=($(compgen -f -- "$word"))
		return
		;;
	--log-target)
		COMPREPLY=($(compgen -W 'auto stderr journal' -- "$word"))
		return
		;;
	--renderer | -r | --server | -s | --timeout | --log-level | --limit | --count | --depth | --ramp)
		return
		;;
	esac
	case $verb in
	devices | status) options+=' --follow' ;;
	volume) options+=' --ramp' ;;
	ls | search) options+=' --limit' ;;
	tree | find) options+=' --limit --depth' ;;
	cat) options+=' --didl' ;;
	doctor) options+=' --report' ;;
	daemon) options+=' --stay' ;;
	play) options+=' --no-wait' ;;
	watch) options+=' --count' ;;
	esac
	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$options" -- "$word"))
	elif [[ -z $verb ]]; then
		COMPREPLY=($(compgen -W "$verbs" -- "$word"))
	elif [[ $verb == mute ]]; then
		COMPREPLY=($(compgen -W 'on off toggle' -- "$word"))
	elif [[ $verb == mode ]]; then
		COMPREPLY=($(compgen -W 'normal shuffle repeat-one repeat-all random direct intro' -- "$word"))
	elif [[ $verb == queue ]]; then
		COMPREPLY=($(compgen -W 'show add insert move remove clear play save load' -- "$word"))
	elif [[ $verb == default ]]; then
		COMPREPLY=($(compgen -W 'renderer server' -- "$word"))
	elif [[ $verb == get || $verb == put ]]; then
		COMPREPLY=($(compgen -f -- "$word"))
	fi
}
complete -F _avcp avcp av-controlpoint
