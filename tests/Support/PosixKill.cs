using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Headroom.Support;

/// <summary>Signals that <see cref="Process"/> cannot send.</summary>
public static partial class PosixKill
{
    private const int SigQuit = 3;
    private const int SigKill = 9;
    private const int NoSuchProcess = 3;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    /// <summary>Asks the process to stop, as a supervisor does.</summary>
    /// <exception cref="Win32Exception">There is no such process any more.</exception>
    public static void Terminate(int processId) => Send(processId, SigTerm);

    /// <summary>Tells the process to quit at once: SIGQUIT.</summary>
    /// <exception cref="Win32Exception">There is no such process any more.</exception>
    public static void Quit(int processId) => Send(processId, SigQuit);

    /// <summary>Freezes the process where it is: SIGSTOP.</summary>
    /// <exception cref="Win32Exception">There is no such process any more.</exception>
    public static void Stop(int processId) => Send(processId, SigStop);

    /// <summary>Lets a frozen process go on: SIGCONT.</summary>
    /// <exception cref="Win32Exception">There is no such process any more.</exception>
    public static void Continue(int processId) => Send(processId, SigCont);

    /// <summary>Ends the process at once, if it is there: SIGKILL.</summary>
    public static void KillIfThere(int processId) => SendIfThere(processId, SigKill);

    /// <summary>Freezes the process where it is, if it is there: SIGSTOP.</summary>
    public static void StopIfThere(int processId) => SendIfThere(processId, SigStop);

    /// <summary>Lets a frozen process go on, if it is there: SIGCONT.</summary>
    public static void ContinueIfThere(int processId) => SendIfThere(processId, SigCont);

    private static void SendIfThere(int processId, int signal)
    {
        if (Kill(processId, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and int error)
        {
            throw new Win32Exception(error);
        }
    }

    private static void Send(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
