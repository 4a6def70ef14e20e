#!/bin/bash

__vectorizer_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__vectorizer_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__vectorizer_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__vectorizer_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_vectorizer() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    init|create-collection|list-collections|info|rename-collection|drop-collection|insert|get|list-points|count|delete|set-payload|delete-payload|create-index|drop-index|search|export|compact|verify|stats|backup|list-backups|verify-backup|diff-backups|forget|restore|recall|audit|bench|demo|serve|shell|completions|version|keys|config|help)
        # Offer subcommand argument completions
        "_vectorizer_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'init create-collection list-collections info rename-collection drop-collection insert get list-points count delete set-payload delete-payload create-index drop-index search export compact verify stats backup list-backups verify-backup diff-backups forget restore recall audit bench demo serve shell completions version keys config help' -- "${cur}"))
        ;;
    esac
}

_vectorizer_init() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --if-missing --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_create-collection() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --if-missing --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --dim --metric --m --ef-construction --quantization)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--dim')
        return
        ;;
    '--metric')
        __vectorizer_add_completions -W 'cosine'$'\n''euclidean'$'\n''dot'
        return
        ;;
    '--m')
        return
        ;;
    '--ef-construction')
        return
        ;;
    '--quantization')
        __vectorizer_add_completions -W 'none'$'\n''int8'$'\n''binary'
        return
        ;;
    esac
}

_vectorizer_list-collections() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_info() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_rename-collection() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_drop-collection() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_insert() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --ack --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --format --delimiter --id-field --vector-field --payload-field --payloads --array --id-start --id-prefix --mode --batch-size --on-error --rejects --threads)
    __vectorizer_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--format')
        __vectorizer_add_completions -W 'jsonl'$'\n''json'$'\n''csv'$'\n''tsv'$'\n''npy'$'\n''npz'$'\n''fvecs'$'\n''bvecs'
        return
        ;;
    '--delimiter')
        return
        ;;
    '--id-field')
        return
        ;;
    '--vector-field')
        return
        ;;
    '--payload-field')
        return
        ;;
    '--payloads')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(jsonl|json)'
        return
        ;;
    '--array')
        return
        ;;
    '--id-start')
        return
        ;;
    '--id-prefix')
        return
        ;;
    '--mode')
        __vectorizer_add_completions -W 'upsert'$'\n''insert'$'\n''update'
        return
        ;;
    '--batch-size')
        return
        ;;
    '--on-error')
        __vectorizer_add_completions -W 'stop'$'\n''skip'
        return
        ;;
    '--rejects')
        __vectorizer_add_completions -f
        return
        ;;
    '--threads')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    *)
        __vectorizer_add_completions -f
        return
        ;;
    esac
}

_vectorizer_get() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --with-vector --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --fields)
    __vectorizer_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--fields')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_list-points() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --with-vector --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --filter --limit --after --fields)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--filter')
        return
        ;;
    '--limit')
        return
        ;;
    '--after')
        return
        ;;
    '--fields')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_count() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --filter)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--filter')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_delete() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --filter --ids-from)
    __vectorizer_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--filter')
        return
        ;;
    '--ids-from')
        __vectorizer_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_set-payload() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --replace --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --filter --set)
    __vectorizer_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--filter')
        return
        ;;
    '--set')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_delete-payload() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --filter --fields)
    __vectorizer_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--filter')
        return
        ;;
    '--fields')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_create-index() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_drop-index() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_search() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --exact --with-vector --explain --fail-empty --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --vector --id --queries -k --filter --ef --recall --fields --min-score --threads)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--vector')
        return
        ;;
    '--id')
        return
        ;;
    '--queries')
        __vectorizer_add_completions -f
        return
        ;;
    '-k')
        return
        ;;
    '--filter')
        return
        ;;
    '--ef')
        return
        ;;
    '--recall')
        return
        ;;
    '--fields')
        return
        ;;
    '--min-score')
        return
        ;;
    '--threads')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_export() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --format --payloads --filter)
    __vectorizer_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--format')
        __vectorizer_add_completions -W 'jsonl'$'\n''csv'$'\n''npy'$'\n''fvecs'
        return
        ;;
    '--payloads')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(jsonl)'
        return
        ;;
    '--filter')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    2)
        __vectorizer_add_completions -f
        return
        ;;
    esac
}

_vectorizer_compact() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --rebuild --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --threads)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--threads')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_verify() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --quick --full --graph --repair-plan --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_stats() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_backup() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --require-existing --prove --version -h --help)
    repeating_options=(--keep-tag)
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --tag --keep-last --keep-daily --keep-weekly --keep-monthly --keep-yearly)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--tag')
        return
        ;;
    '--keep-last')
        return
        ;;
    '--keep-daily')
        return
        ;;
    '--keep-weekly')
        return
        ;;
    '--keep-monthly')
        return
        ;;
    '--keep-yearly')
        return
        ;;
    '--keep-tag')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_list-backups() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --max-age)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--max-age')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_verify-backup() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --snapshot --read-data-subset)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--snapshot')
        return
        ;;
    '--read-data-subset')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_diff-backups() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --topk --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 3

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_forget() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=(--keep-tag)
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --keep-last --keep-daily --keep-weekly --keep-monthly --keep-yearly)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--keep-last')
        return
        ;;
    '--keep-daily')
        return
        ;;
    '--keep-weekly')
        return
        ;;
    '--keep-monthly')
        return
        ;;
    '--keep-yearly')
        return
        ;;
    '--keep-tag')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_restore() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --snapshot --as-of --to --collection)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--snapshot')
        return
        ;;
    '--as-of')
        return
        ;;
    '--to')
        __vectorizer_add_completions -d
        return
        ;;
    '--collection')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -d
        return
        ;;
    esac
}

_vectorizer_recall() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait -k --sample --filter --ef --min)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '-k')
        return
        ;;
    '--sample')
        return
        ;;
    '--filter')
        return
        ;;
    '--ef')
        return
        ;;
    '--min')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_audit() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --follow --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --since --until --key --action --limit)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--key')
        return
        ;;
    '--action')
        __vectorizer_add_completions -W 'collection.create'$'\n''collection.rename'$'\n''collection.drop'$'\n''index.create'$'\n''index.drop'$'\n''key.create'$'\n''key.rotate'$'\n''key.revoke'$'\n''key.refuse'$'\n''settings.set'$'\n''backup.create'$'\n''backup.forget'$'\n''backup.restore'
        return
        ;;
    '--limit')
        return
        ;;
    esac
}

_vectorizer_bench() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --base --queries --ground-truth --collection --rows --dim --seed -k --ef --threads --metric --m --ef-construction --quantization --filter-share --save --compare --max-regress)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--base')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(fvecs|bvecs|npy|npz)'
        return
        ;;
    '--queries')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(fvecs|bvecs|npy|npz)'
        return
        ;;
    '--ground-truth')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(ivecs)'
        return
        ;;
    '--collection')
        __vectorizer_add_completions -W "$(eval 'vectorizer list-collections -o ids 2>/dev/null')"
        return
        ;;
    '--rows')
        return
        ;;
    '--dim')
        return
        ;;
    '--seed')
        return
        ;;
    '-k')
        return
        ;;
    '--ef')
        return
        ;;
    '--threads')
        return
        ;;
    '--metric')
        __vectorizer_add_completions -W 'cosine'$'\n''euclidean'$'\n''dot'
        return
        ;;
    '--m')
        return
        ;;
    '--ef-construction')
        return
        ;;
    '--quantization')
        __vectorizer_add_completions -W 'none'$'\n''int8'$'\n''binary'
        return
        ;;
    '--filter-share')
        return
        ;;
    '--save')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--compare')
        __vectorizer_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--max-regress')
        return
        ;;
    esac
}

_vectorizer_demo() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_serve() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --behind-proxy --read-only --version -h --help)
    repeating_options=(--allow-host --cors-origin)
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --listen --tls-cert --tls-key)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--listen')
        return
        ;;
    '--tls-cert')
        __vectorizer_add_completions -f
        return
        ;;
    '--tls-key')
        __vectorizer_add_completions -f
        return
        ;;
    '--allow-host')
        return
        ;;
    '--cors-origin')
        return
        ;;
    esac
}

_vectorizer_shell() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --keep-going --no-pager --no-history --version -h --help)
    repeating_options=(-c -f --file)
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '-c')
        return
        ;;
    '-f'|'--file')
        __vectorizer_add_completions -f
        return
        ;;
    esac
}

_vectorizer_completions() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W 'bash'$'\n''zsh'$'\n''fish'
        return
        ;;
    esac
}

_vectorizer_version() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_keys() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __vectorizer_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    create|list|show|rotate|revoke|test)
        # Offer subcommand argument completions
        "_vectorizer_keys_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create list show rotate revoke test' -- "${cur}"))
        ;;
    esac
}

_vectorizer_keys_create() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=(--scope)
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --name --expires --rate --burst)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--name')
        return
        ;;
    '--scope')
        return
        ;;
    '--expires')
        return
        ;;
    '--rate')
        return
        ;;
    '--burst')
        return
        ;;
    esac
}

_vectorizer_keys_list() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_keys_show() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer keys list -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_keys_rotate() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait --overlap)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    '--overlap')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer keys list -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_keys_revoke() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W "$(eval 'vectorizer keys list -o ids 2>/dev/null')"
        return
        ;;
    esac
}

_vectorizer_keys_test() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -f
        return
        ;;
    esac
}

_vectorizer_config() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __vectorizer_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|get|set|unset|validate)
        # Offer subcommand argument completions
        "_vectorizer_config_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show get set unset validate' -- "${cur}"))
        ;;
    esac
}

_vectorizer_config_show() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --source --effective --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_config_get() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W 'output'$'\n''wait'$'\n''durability'$'\n''batch_rows'$'\n''batch_bytes'$'\n''compaction'$'\n''compaction_threshold'$'\n''compaction_threads'$'\n''log_level'$'\n''log_format'$'\n''log_file'$'\n''log_file_bytes'$'\n''log_files'$'\n''audit_retention'$'\n''limit_payload_bytes'$'\n''limit_batch_rows'$'\n''limit_line_bytes'$'\n''limit_k'$'\n''limit_dimension'$'\n''server.listen'$'\n''server.allowed_hosts'$'\n''server.cors_origins'$'\n''server.backups'$'\n''server.body_bytes'$'\n''server.upload_bytes'$'\n''server.bodies_bytes'$'\n''server.header_bytes'$'\n''server.answer_bytes'$'\n''server.points'$'\n''server.batch'$'\n''server.k'$'\n''server.prefetch_depth'$'\n''server.filter_depth'$'\n''server.filter_conditions'$'\n''server.request_seconds'$'\n''server.header_seconds'$'\n''server.grace_seconds'$'\n''server.min_bytes_per_second'$'\n''server.idle_seconds'$'\n''server.connections'$'\n''server.searches'$'\n''server.queue'$'\n''server.rate'$'\n''server.failed_logins'
        return
        ;;
    esac
}

_vectorizer_config_set() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W 'output'$'\n''wait'$'\n''durability'$'\n''batch_rows'$'\n''batch_bytes'$'\n''compaction'$'\n''compaction_threshold'$'\n''compaction_threads'$'\n''log_level'$'\n''log_format'$'\n''log_file'$'\n''log_file_bytes'$'\n''log_files'$'\n''audit_retention'$'\n''limit_payload_bytes'$'\n''limit_batch_rows'$'\n''limit_line_bytes'$'\n''limit_k'$'\n''limit_dimension'$'\n''server.listen'$'\n''server.allowed_hosts'$'\n''server.cors_origins'$'\n''server.backups'$'\n''server.body_bytes'$'\n''server.upload_bytes'$'\n''server.bodies_bytes'$'\n''server.header_bytes'$'\n''server.answer_bytes'$'\n''server.points'$'\n''server.batch'$'\n''server.k'$'\n''server.prefetch_depth'$'\n''server.filter_depth'$'\n''server.filter_conditions'$'\n''server.request_seconds'$'\n''server.header_seconds'$'\n''server.grace_seconds'$'\n''server.min_bytes_per_second'$'\n''server.idle_seconds'$'\n''server.connections'$'\n''server.searches'$'\n''server.queue'$'\n''server.rate'$'\n''server.failed_logins'
        return
        ;;
    esac
}

_vectorizer_config_unset() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __vectorizer_add_completions -W 'output'$'\n''wait'$'\n''durability'$'\n''batch_rows'$'\n''batch_bytes'$'\n''compaction'$'\n''compaction_threshold'$'\n''compaction_threads'$'\n''log_level'$'\n''log_format'$'\n''log_file'$'\n''log_file_bytes'$'\n''log_files'$'\n''audit_retention'$'\n''limit_payload_bytes'$'\n''limit_batch_rows'$'\n''limit_line_bytes'$'\n''limit_k'$'\n''limit_dimension'$'\n''server.listen'$'\n''server.allowed_hosts'$'\n''server.cors_origins'$'\n''server.backups'$'\n''server.body_bytes'$'\n''server.upload_bytes'$'\n''server.bodies_bytes'$'\n''server.header_bytes'$'\n''server.answer_bytes'$'\n''server.points'$'\n''server.batch'$'\n''server.k'$'\n''server.prefetch_depth'$'\n''server.filter_depth'$'\n''server.filter_conditions'$'\n''server.request_seconds'$'\n''server.header_seconds'$'\n''server.grace_seconds'$'\n''server.min_bytes_per_second'$'\n''server.idle_seconds'$'\n''server.connections'$'\n''server.searches'$'\n''server.queue'$'\n''server.rate'$'\n''server.failed_logins'
        return
        ;;
    esac
}

_vectorizer_config_validate() {
    repeating_flags=()
    non_repeating_flags=(--no-header -q --quiet -v --verbose -y --yes -n --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(-D --data-dir -o --output --log-format --color --progress --wait)
    __vectorizer_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-D'|'--data-dir')
        __vectorizer_add_completions -d
        return
        ;;
    '-o'|'--output')
        __vectorizer_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''csv'$'\n''tsv'$'\n''ids'
        return
        ;;
    '--log-format')
        __vectorizer_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--progress')
        __vectorizer_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--wait')
        return
        ;;
    esac
}

_vectorizer_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __vectorizer_offer_flags_options -1
}

complete -o filenames -F _vectorizer vectorizer